import assert from "node:assert/strict";
import { test } from "node:test";
import { SharedValues } from "./shared-values.ts";

test("what somebody still has is not made again; what could not be made is tried again", () => {
	const shared = new SharedValues<object>();
	let made = 0;
	const make = () => ({ number: ++made });
	const first = shared.get("a", make);
	assert.equal(shared.get("a", make), first);
	assert.notEqual(shared.get("b", make), first);
	assert.equal(made, 2);
	assert.equal(
		shared.get("c", () => undefined),
		undefined,
	);
	assert.deepEqual(shared.get("c", make), { number: 3 });
});
