import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { after, before, describe, it } from "node:test";
import { callTreeOf } from "../../profile/call-tree.ts";
import type { Frame, Profile } from "../../profile/model.ts";
import { topFunctions } from "../../profile/top.ts";
import { INLINED, startInlined, type TestTarget } from "../../test/targets/targets.ts";
import { finish, startTestAgent, type TestAgent, untilSamples } from "../testing/test-agent.ts";
import { readPprofFile } from "./pprof-file.ts";

const ENOUGH = 60;

/** Names of the stacks with samples, outermost first, with their frames. */
function stacksOf({ frames, stacks, samples }: Profile): Frame[][] {
	return Array.from(samples.stack, (leaf) => {
		const found: Frame[] = [];
		for (let stack = leaf; stack > 0; stack = stacks.parent[stack])
			found.unshift(frames[stacks.frame[stack]]);
		return found;
	});
}

/** Whether a stack has one right behind the other. */
function calls(stack: readonly Frame[], outer: string, inner: string): boolean {
	return stack.some((frame, depth) => frame.name === outer && stack[depth + 1]?.name === inner);
}

describe("functions that were inlined", { skip: !hasCompiler() && "no g++ here" }, () => {
	let tested: TestAgent;
	let target: TestTarget;
	before(async () => {
		tested = await startTestAgent();
		target = await startInlined();
	});
	after(async () => {
		await target.stop();
		await tested.close();
	});

	it("are named with file and line in the finished profile, and no live picture waited for them", async () => {
		const { pod, recording } = await tested.record(target.pid);
		await untilSamples(tested, recording.id, ENOUGH);
		const answer = await tested.agent.app.inject(
			`/pods/${pod}/recordings/${recording.id}/profile?format=pprof`,
		);
		const live = await readPprofFile(answer.rawPayload);
		assert.ok(stacksOf(live).some((stack) => stack.at(-1)?.name === INLINED.into));
		assert.ok(!live.frames.some(({ name }) => name === INLINED.name));

		const { recording: ended, profile } = await finish(tested, recording.id);
		const stacks = stacksOf(profile);
		const burning = stacks.filter((stack) => calls(stack, INLINED.into, INLINED.name));
		assert.ok(burning.length > 0);
		assert.ok(burning.every((stack) => calls(stack, INLINED.caller, INLINED.into)));
		for (const stack of burning) {
			const at = stack.findIndex(({ name }) => name === INLINED.caller);
			const [caller, into, inlined] = stack.slice(at, at + 3);
			assert.deepEqual([caller.file, caller.line], [INLINED.file, 28]);
			assert.deepEqual([into.file, into.line], [INLINED.file, 22]);
			assert.equal(inlined.file, INLINED.file);
			assert.ok([8, 9].includes(inlined.line), `line ${inlined.line}`);
		}
		// nothing is lost, and lines do not split a function
		const top = topFunctions(callTreeOf(profile));
		const [total] = profile.samples.values.map((column) => column.reduce((sum, value) => sum + value, 0n));
		assert.equal(Number(total), ended.samples);
		const inlined = top.filter(({ name }) => name === INLINED.name);
		assert.equal(inlined.length, 1);
		assert.ok(inlined[0].total > 0.8 * ended.samples);
		assert.equal(profile.times?.sample.length, ended.samples);
		assert.ok(profile.times.sample.every((row) => row < profile.samples.length));
	});
});

function hasCompiler(): boolean {
	try {
		execFileSync("g++", ["--version"], { stdio: "ignore" });
		return true;
	} catch {
		return false;
	}
}
