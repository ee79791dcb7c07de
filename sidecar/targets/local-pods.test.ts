import assert from "node:assert/strict";
import { it } from "node:test";
import { ProblemError } from "../../contract/problem.ts";
import { startBusy, startNode } from "../../test/targets/targets.ts";
import { podOf } from "../testing/test-agent.ts";
import { createCpuUsage } from "./cpu-usage.ts";
import { createLocalPods, podName } from "./local-pods.ts";
import type { ProcessInfo } from "./process-info.ts";

const pods = createLocalPods({ namespace: "local", ownPids: () => [process.pid] });
const isProblem = (code: string) => (error: unknown) => error instanceof ProblemError && error.code === code;

const SOME: ProcessInfo = {
	pid: 7,
	parentPid: 1,
	startTime: 100,
	name: "busy",
	command: "busy",
	threads: 1,
	cpuTicks: 0,
	container: "",
	kernelThread: false,
};

it("lists processes as pods, without Furnace itself", async () => {
	const target = await startBusy();
	try {
		const listed = await pods.listLocalPods();
		const found = listed.find(({ name }) => name === `busy-${target.pid}`);
		assert.match(found?.description ?? "", /busy$/);
		assert.match(found?.uid ?? "", new RegExp(`^${target.pid}-\\d+$`));
		assert.ok(!listed.some(({ name }) => name.endsWith(`-${process.pid}`)));
		assert.ok(listed.every(({ name }) => /^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/.test(name)));
	} finally {
		await target.stop();
	}
});

it("lists a process with its descendants, and resolves to them", async () => {
	const target = await startBusy("forks");
	try {
		const pod = await podOf(target.pid);
		const [first] = await pods.list(pod);
		assert.equal(first.pid, target.pid);
		assert.equal(first.runtime, "native");
		const resolved = await pods.resolve(pod, {});
		assert.equal(resolved.processes[0].pid, target.pid);
		assert.equal(resolved.target.namespace, "local");
		assert.equal(resolved.target.pod, pod);
		assert.equal((await pods.resolve(pod, { pid: target.pid })).target.pid, target.pid);
		await assert.rejects(pods.resolve(pod, { pid: process.pid }), isProblem("target-not-found"));
		await assert.rejects(pods.resolve(pod, { container: "none" }), isProblem("target-not-found"));
	} finally {
		await target.stop();
	}
	await assert.rejects(pods.list(`busy-${target.pid}`), isProblem("pod-not-found"));
});

it("knows Node.js", async () => {
	const target = await startNode();
	try {
		assert.equal((await pods.list(await podOf(target.pid)))[0].runtime, "node");
	} finally {
		await target.stop();
	}
});

it("makes a valid name of any process name", () => {
	const named = (name: string) => podName({ ...SOME, name });
	assert.equal(named("Web Content"), "web-content-7");
	assert.equal(named("(sd-pam)"), "sd-pam-7");
	assert.equal(named("名前"), "process-7");
	assert.equal(podName({ ...SOME, container: "ab".repeat(32) }), "busy-abababababab");
});

it("measures CPU between two looks, and tells a reused PID apart", () => {
	const usage = createCpuUsage();
	const look = (ticks: number, at: number, startTime = 100) =>
		usage.look([{ ...SOME, cpuTicks: ticks, startTime }], at, 11).get(7);
	assert.equal(look(500, 0), 50);
	assert.equal(look(600, 2000), 50);
	assert.equal(look(610, 2100), 50, "too soon for a new figure");
	assert.equal(look(800, 3000), 200);
	assert.equal(look(0, 4000, 1000), 0);
});
