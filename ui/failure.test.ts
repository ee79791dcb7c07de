import assert from "node:assert/strict";
import { test } from "node:test";
import { NetworkError } from "../contract/client.ts";
import { ProblemError } from "../contract/problem.ts";
import { PROBLEM_CODES } from "../contract/problem-codes.ts";
import { describeFailure, hasCode, isPassing } from "./failure.ts";

test("every failure has a title and a next step", () => {
	const errors: unknown[] = [
		...PROBLEM_CODES.map((code) => new ProblemError(code, "detail")),
		new NetworkError("gone"),
		new Error("bug"),
		"thrown text",
	];
	for (const error of errors) {
		const { title, nextStep } = describeFailure(error);
		assert.notEqual(title, "");
		assert.notEqual(nextStep, "");
	}
});

test("a detail that only repeats the title is left out", () => {
	const { title } = describeFailure(new ProblemError("not-found"));
	assert.equal("detail" in describeFailure(new ProblemError("not-found", title)), false);
	assert.equal(describeFailure(new ProblemError("not-found", "no such pod: x")).detail, "no such pod: x");
});

test("what is done by a request elsewhere is done by the page's own means here", () => {
	assert.doesNotMatch(describeFailure(new ProblemError("recording-not-found")).nextStep, /GET/);
	const errors = [{ field: "params/id", message: "must be shorter" }];
	const failure = describeFailure(
		new ProblemError("invalid-request", "params/id: must be shorter", { errors }),
	);
	assert.deepEqual([failure.detail, failure.fields], [undefined, errors]);
});

test("a missing right is named, with whose, where, and the command that gives it", () => {
	const right = {
		user: "jane",
		verb: "create",
		resource: "recordings.furnace.hyperfoil.io",
		namespace: "shop",
	};
	const { title, detail, commands } = describeFailure(new ProblemError("forbidden", "no", { right }));
	assert.equal(title, "You may not start or stop recordings in the namespace shop");
	assert.equal(detail, "jane lacks the right to create recordings.furnace.hyperfoil.io there.");
	assert.deepEqual(commands, [
		"kubectl create rolebinding furnace-edit-jane --clusterrole=edit --user=jane -n shop",
		"kubectl auth can-i --list -n shop | grep recordings.furnace.hyperfoil.io",
	]);
});

test("what to look at when nothing answers depends on where Furnace runs", () => {
	assert.match(describeFailure(new NetworkError("gone"), "machine").nextStep, /npm start/);
	assert.match(describeFailure(new NetworkError("gone"), "cluster").nextStep, /port-forward/);
});

test("only what waiting mends is passing", () => {
	assert.equal(isPassing(new NetworkError("gone")), true);
	assert.equal(isPassing(new ProblemError("agent-unreachable")), true);
	assert.equal(isPassing(new ProblemError("recording-not-found")), false);
	assert.equal(isPassing(new Error("bug")), false);
	assert.equal(hasCode(new ProblemError("forbidden"), "not-found", "forbidden"), true);
});
