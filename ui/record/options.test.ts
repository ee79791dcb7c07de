import assert from "node:assert/strict";
import { test } from "node:test";
import { Value } from "typebox/value";
import { RecordingRequest } from "../../contract/recording.ts";
import { checkOptions, DEFAULT_OPTIONS, requestOf } from "./options.ts";

test("the defaults make a valid request, with and without a duration", () => {
	for (const timed of [false, true]) {
		const options = { ...DEFAULT_OPTIONS, timed };
		assert.deepEqual(checkOptions(options), {});
		const request = requestOf(options, { pid: 7 }, "perf");
		assert.equal(Value.Check(RecordingRequest, request), true);
		assert.equal(request.durationSeconds, timed ? 30 : undefined);
	}
});

test("numbers outside the contract's limits are named before they are sent", () => {
	for (const seconds of ["", " ", "0", "-1", "86401", "NaN", "1e9", "x"]) {
		assert.equal(Object.keys(checkOptions({ ...DEFAULT_OPTIONS, timed: true, seconds })).join(), "seconds");
	}
	for (const frequency of ["", "0", "9.5", "1001"]) {
		assert.equal(Object.keys(checkOptions({ ...DEFAULT_OPTIONS, frequency })).join(), "frequency");
	}
	assert.deepEqual(checkOptions({ ...DEFAULT_OPTIONS, seconds: "x" }), {}, "not asked for, not checked");
});

test("the whole pod is neither a process nor a container", () => {
	const request = requestOf(DEFAULT_OPTIONS, { namespace: "local", pod: "demo" }, "perf");
	assert.equal("pid" in request || "container" in request, false);
});
