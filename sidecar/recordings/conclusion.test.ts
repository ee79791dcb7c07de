import assert from "node:assert/strict";
import { it } from "node:test";
import { concludeRecording, type StopReason } from "./conclusion.ts";
import { isRecordingId, newRecordingId } from "./recording-id.ts";

it("ends a recording by what happened first", () => {
	const codeOf = (...given: Parameters<typeof concludeRecording>) => concludeRecording(...given).cause.code;
	const outcome = (samples: number, asked?: StopReason) => ({ samples, asked, event: "cpu-clock" });
	assert.equal(codeOf({ cause: "not-permitted" }, outcome(0)), "not-permitted");
	assert.equal(codeOf({ cause: "tool-failed" }, outcome(9, "stopped")), "tool-failed");
	assert.equal(codeOf({ cause: null }, outcome(0, "stopped")), "no-samples");
	assert.equal(codeOf({ cause: null }, outcome(9, "agent-stopped")), "agent-stopped");
	assert.equal(codeOf({ cause: null }, outcome(9)), "target-exited");
	assert.equal(concludeRecording({ cause: null }, outcome(9, "stopped")).state, "finished");
	assert.equal(concludeRecording({ cause: "tool-stuck" }, outcome(9, "stopped")).state, "failed");
});

it("says what there was too little of", () => {
	const messageOf = (event: string) =>
		concludeRecording({ cause: null }, { samples: 0, asked: "stopped", event }).cause.message;
	assert.match(messageOf("task-clock"), /too little CPU/);
	assert.match(messageOf("page-faults"), /too few page-faults/);
});

it("makes ids that sort by time", () => {
	const ids = [1, 1_000, Date.now(), Date.now() + 1e11].map((at) => newRecordingId(at));
	assert.deepEqual([...ids].sort(), ids);
	assert.ok(ids.every(isRecordingId));
});
