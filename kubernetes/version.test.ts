import assert from "node:assert/strict";
import { test } from "node:test";
import { parseVersion } from "./version.ts";

test("versions of clusters, also of those that say 34+", () => {
	assert.deepEqual(parseVersion({ major: "1", minor: "34" }), { major: 1, minor: 34 });
	assert.deepEqual(parseVersion({ major: "1", minor: "28+" }), { major: 1, minor: 28 });
	assert.deepEqual(parseVersion({}), { major: 0, minor: 0 });
});
