import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { ModuleWeight } from "../../profile/symbol-quality.ts";
import { readProcess } from "../targets/process-info.ts";
import { symbolHintOf, withUnreadable } from "./symbol-hint.ts";

const weight = (module: string, more: Partial<ModuleWeight> = {}): ModuleWeight => ({
	...{ module, named: 0, total: 10, cutOff: 0 },
	...more,
});

describe("why names or callers are missing", () => {
	it("is told for each module, with what mends it", async () => {
		const hint = await symbolHintOf([]);
		const faultOf = (module: string, more?: Partial<ModuleWeight>) => hint(weight(module, more))?.fault;
		assert.equal(faultOf("/usr/lib/libx.so"), "stripped");
		assert.equal(faultOf("/app", { named: 10, cutOff: 6 }), "no-frame-pointers");
		assert.equal(faultOf("[kernel]"), "hidden-kernel");
		assert.equal(faultOf("[jit]"), "no-map");
		assert.equal(faultOf(""), "no-frame-pointers");
		assert.equal(faultOf("[vdso]"), undefined);
		assert.match(
			hint(weight("/app/shop", { named: 9, cutOff: 6 }))?.fix ?? "",
			/shop .*-fno-omit-frame-pointer/,
		);
		assert.equal((await symbolHintOf([], "unread"))(weight("/app"))?.fault, "out-of-reach");
	});

	it("knows the runtime's flag", async () => {
		const own = await readProcess(process.pid);
		assert.ok(own !== undefined);
		const found = (await symbolHintOf([own]))(weight("[jit]"));
		assert.deepEqual([found?.fault, /--perf-basic-prof/.test(found?.fix ?? "")], ["no-map", true]);
	});

	it("says what came out while recording, unless the callers are what is missing", async () => {
		const hint = withUnreadable(
			await symbolHintOf([]),
			new Map([["/app", "another file lies there by now"]]),
		);
		assert.match(hint(weight("/app"))?.reason ?? "", /another file lies there by now\.$/);
		assert.equal(hint(weight("/app"))?.fault, "unreadable");
		assert.equal(hint(weight("/app", { named: 10, cutOff: 9 }))?.fault, "no-frame-pointers");
		assert.equal(hint(weight("/other"))?.fault, "stripped");
	});
});
