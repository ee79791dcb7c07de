import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { causeOfExit } from "./causes.ts";
import { concludeRun } from "./conclusion.ts";

const failed = { code: 255, signal: null };

describe("perf's own words", () => {
	const cases = [
		["Access to performance monitoring and observability operations is limited.", "not-permitted"],
		["Permission error mapping pages.", "out-of-memory"],
		["Too many events are opened.", "too-many-descriptors"],
		["Couldn't create thread/CPU maps: No such process", "target-gone"],
		["cpu-clock: PMU Hardware or event type doesn't support branch stack sampling.", "event-unsupported"],
		["event syntax error: 'foobar'", "event-unsupported"],
		["something nobody has seen", "tool-failed"],
	] as const;
	for (const [said, cause] of cases) {
		it(`${said} -> ${cause}`, () => assert.equal(causeOfExit(failed, ["Error:", said]), cause));
	}
	it("an exit in order has no cause", () => assert.equal(causeOfExit({ code: 0, signal: null }, []), null));
});

describe("the end of a run", () => {
	const ended = { exit: { code: 0, signal: null }, killed: false, said: [] };
	const killed = { exit: { code: null, signal: "SIGKILL" as const }, killed: false, said: [] };
	it("in order", () => assert.deepEqual(concludeRun(ended, ended), { cause: null }));
	it("names what ended perf", () => {
		assert.deepEqual(concludeRun(killed, ended), {
			cause: "tool-failed",
			detail: "perf record was ended by SIGKILL.",
		});
		assert.equal(concludeRun(ended, killed).detail, "perf script was ended by SIGKILL.");
	});
	it("says in perf's words what is not supported", () => {
		const words = "cpu-clock: PMU Hardware or event type doesn't support branch stack sampling.";
		const refused = { exit: failed, killed: false, said: ["Error:", words] };
		assert.deepEqual(concludeRun(refused, ended), {
			cause: "event-unsupported",
			detail: `perf says: ${words}`,
		});
	});
	it("says when it had to be killed", () => {
		assert.equal(concludeRun({ ...killed, killed: true }, ended).cause, "tool-stuck");
	});
});
