import assert from "node:assert/strict";
import { test } from "node:test";
import type { LiveStatus } from "../../contract/call-tree.ts";
import { ProblemError } from "../../contract/problem.ts";
import type { Recording } from "../../contract/recording.ts";
import { callTreeOf } from "../../profile/call-tree.ts";
import { readFolded } from "../../profile/read/folded.ts";
import { recording } from "../testing/recording.ts";
import { fileNameOf } from "./download.ts";
import { INITIAL_LIVE_STATE, type LiveAction, reduceLive } from "./live-state.ts";

const status: LiveStatus = { state: "recording", samples: 1, lost: 0, durationSeconds: 1 };
const tree = callTreeOf(readFolded("main 1\n"));
const ended: Recording = { ...recording, state: "finished" };

const after = (...actions: LiveAction[]) => actions.reduce(reduceLive, INITIAL_LIVE_STATE);

test("what was shown stays while the connection is lost, and the next update ends the loss", () => {
	const failure = new Error("gone");
	const lost = after({ type: "update", tree, status }, { type: "lost", failure, retrySeconds: 2 });
	assert.equal(lost.phase, "lost");
	assert.equal(lost.tree, tree);
	const back = reduceLive(lost, { type: "update", tree, status });
	assert.equal(back.phase, "live");
	assert.equal(back.failure, null);
});

test("whoever may not see it any more sees nothing of it", () => {
	const shown: LiveAction = { type: "update", tree, status };
	assert.equal(after(shown, { type: "failed", failure: new ProblemError("recording-not-found") }).tree, tree);
	assert.equal(after(shown, { type: "failed", failure: new ProblemError("forbidden") }).tree, null);
});

test("nothing that arrives late undoes the end", () => {
	const end: LiveAction = { type: "end", recording: ended };
	assert.equal(after(end, { type: "described", recording }).recording, ended);
	assert.equal(after(end, { type: "archived", recording: ended }).phase, "ended");
	assert.equal(after({ type: "archived", recording: ended }).phase, "archived");
	assert.deepEqual(after(end, { type: "reset" }), INITIAL_LIVE_STATE);
});

test("a download's name says what it is, and is harmless as a file name", () => {
	assert.equal(fileNameOf(recording, "pprof"), "furnace-demo-1-0123456789ab.pb.gz");
	const hostile = { ...recording, target: { namespace: "local", pod: "../../etc/x y\u202e" } };
	assert.equal(fileNameOf(hostile, "svg"), "furnace-.._.._etc_x_y_-0123456789ab.svg");
});
