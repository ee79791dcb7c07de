import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { sidecarState } from "./sidecar-state.ts";

const stateOf = (state: object, rest: object = {}) =>
	sidecarState({
		initContainerStatuses: [
			{ name: "first", state: { terminated: { exitCode: 0 } } },
			{ name: "furnace", state, ...rest },
		],
	});

describe("how a sidecar is", () => {
	test("one that runs, and one that has not begun", () => {
		assert.deepEqual(stateOf({ running: { startedAt: "x" } }), {
			running: true,
			reason: "Its sidecar runs.",
		});
		assert.match(stateOf({ waiting: { reason: "PodInitializing" } }).reason, /is starting/);
		assert.match(stateOf({ waiting: {} }).reason, /is starting/);
		for (const status of [
			{},
			{ initContainerStatuses: null },
			{ initContainerStatuses: [{ name: "furnace" }] },
		]) {
			assert.deepEqual(sidecarState(status), {
				running: false,
				reason: "The pod has not been started by a node yet.",
			});
		}
	});

	test("an image that cannot be had says so with the node's words", () => {
		for (const reason of ["ErrImagePull", "ImagePullBackOff", "ErrImageNeverPull", "InvalidImageName"]) {
			const state = stateOf({ waiting: { reason, message: "no such image" } });
			assert.equal(state.running, false);
			assert.match(state.reason, new RegExp(`image cannot be had \\(${reason}: no such image\\)`));
		}
		assert.ok(
			stateOf({ waiting: { reason: "ErrImagePull", message: "x".repeat(5000) } }).reason.length < 500,
		);
	});

	test("one that ends again and again, with the last exit code and where to look", () => {
		const state = stateOf(
			{ waiting: { reason: "CrashLoopBackOff", message: "back-off 10s" } },
			{ lastState: { terminated: { exitCode: 137, reason: "OOMKilled" } } },
		);
		assert.equal(state.running, false);
		assert.match(state.reason, /keeps ending \(CrashLoopBackOff, OOMKilled, exit code 137\).*kubectl logs/);
		assert.match(stateOf({ waiting: { reason: "CrashLoopBackOff" } }).reason, /\(CrashLoopBackOff\)/);
	});

	test("one that cannot start, and one that has ended", () => {
		const waiting = { reason: "CreateContainerConfigError", message: "host path is missing" };
		assert.match(stateOf({ waiting }).reason, /cannot start \(CreateContainerConfigError: host path/);
		assert.match(
			stateOf({ terminated: { exitCode: 2, reason: "Error" } }).reason,
			/has ended \(exit code 2\)/,
		);
	});
});
