import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { gunzipSync } from "node:zlib";
import { createParser } from "eventsource-parser";
import { hasEnded } from "../contract/recording.ts";
import { LiveTree } from "../profile/live.ts";
import { startBusy, type TestTarget } from "../test/targets/targets.ts";
import { createPerf } from "./profilers/perf/perf.ts";
import { finish, podOf, startTestAgent, type TestAgent, until, untilSamples } from "./testing/test-agent.ts";

interface Heard {
	readonly name: string;
	// biome-ignore lint/suspicious/noExplicitAny: the test looks into whatever came
	readonly data: any;
}

describe("the agent's routes", () => {
	let tested: TestAgent;
	let target: TestTarget;
	let pod: string;
	let origin: string;
	before(async () => {
		tested = await startTestAgent({ maxRecordings: 2 });
		target = await startBusy();
		pod = await podOf(target.pid);
		origin = await tested.agent.app.listen({ host: "127.0.0.1", port: 0 });
	});
	after(async () => {
		await target.stop();
		await tested.close();
	});

	const call = (method: "GET" | "POST" | "DELETE", path: string, payload?: object) =>
		tested.agent.app.inject({ method, url: `/pods/${pod}${path}`, ...(payload ? { payload } : {}) });

	/** Reads events until the last one, or until there are enough. */
	async function listen(id: string, most = Number.POSITIVE_INFINITY): Promise<Heard[]> {
		const stop = new AbortController();
		const response = await fetch(`${origin}/pods/${pod}/recordings/${id}/events`, { signal: stop.signal });
		assert.equal(response.status, 200);
		assert.match(response.headers.get("content-type") ?? "", /^text\/event-stream/);
		const heard: Heard[] = [];
		const parser = createParser({
			onEvent: ({ event = "", data }) => heard.push({ name: event, data: JSON.parse(data) }),
		});
		const decoder = new TextDecoder();
		for await (const chunk of response.body ?? []) {
			parser.feed(decoder.decode(chunk, { stream: true }));
			if (heard.length >= most) break;
		}
		return heard;
	}

	it("lists targets with what perf can do on them", async () => {
		const { items } = (await call("GET", "/targets")).json();
		assert.equal(items[0].pid, target.pid);
		assert.equal(items[0].name, "busy");
		assert.deepEqual(items[0].profilers, [{ profiler: "perf", available: true }]);
	});

	it("records, shows the growing tree and serves every format", async () => {
		const { recording } = await tested.record(target.pid);
		const early = listen(recording.id);
		await untilSamples(tested, recording.id, 50);
		const late = await listen(recording.id, 1);
		assert.equal(late[0].name, "tree");
		assert.ok(late[0].data.status.samples > 0, "a late viewer gets what there is at once");
		assert.equal((await call("GET", `/recordings/${recording.id}/profile?format=txt`)).statusCode, 200);
		assert.equal((await call("DELETE", `/recordings/${recording.id}`)).json().code, "recording-active");
		assert.equal((await call("POST", `/recordings/${recording.id}/stop`)).statusCode, 202);

		const heard = await early;
		assert.deepEqual([heard[0].name, heard.at(-1)?.name], ["tree", "end"]);
		assert.deepEqual(
			heard.map(({ data }) => data.sequence),
			heard.map((_, index) => index),
		);
		const ended = heard.at(-1)?.data.recording;
		assert.equal(ended.state, "finished");
		const live = new LiveTree();
		live.applyTree(heard[0].data.tree);
		for (const { name, data } of heard) if (name === "delta") live.applyDelta(data.delta);
		assert.equal(live.tree().total[0], ended.samples, "the events add up to the recording");

		for (const format of [
			"folded",
			"pprof",
			"speedscope",
			"gecko",
			"cpuprofile",
			"json",
			"txt",
			"perf.data",
		]) {
			const answer = await call("GET", `/recordings/${recording.id}/profile?format=${format}`);
			assert.equal(answer.statusCode, 200, format);
			assert.ok(answer.rawPayload.length > 40, format);
			assert.match(String(answer.headers["content-disposition"]), /^attachment; filename="\w+\./);
		}
		const folded = (await call("GET", `/recordings/${recording.id}/profile?format=folded`)).body;
		const total = folded
			.trim()
			.split("\n")
			.reduce((sum, line) => sum + Number(/\d+$/.exec(line)?.[0]), 0);
		assert.equal(total, ended.samples);
		const pprof = (await call("GET", `/recordings/${recording.id}/profile`)).rawPayload;
		assert.ok(gunzipSync(pprof).includes(`furnace.recording={"id":"${recording.id}"`));
		assert.equal((await call("GET", `/recordings/${recording.id}/profile?format=html`)).statusCode, 400);

		const again = await listen(recording.id);
		assert.deepEqual(
			again.map(({ name }) => name),
			["tree", "end"],
		);
		assert.equal((await call("DELETE", `/recordings/${recording.id}`)).statusCode, 204);
		assert.equal((await call("GET", `/recordings/${recording.id}`)).json().code, "recording-not-found");
	});

	it("loses nothing to a viewer that comes and goes", async () => {
		const { recording } = await tested.record(target.pid);
		for (let turn = 0; turn < 3; turn++) await listen(recording.id, 1);
		await untilSamples(tested, recording.id, 10);
		const { recording: ended } = await finish(tested, recording.id);
		assert.equal(ended.cause?.code, "stopped");
	});

	it("limits how many run at once", async () => {
		const body = { profiler: "perf" };
		const answers = await Promise.all([1, 2, 3, 4].map(() => call("POST", "/recordings", body)));
		const statuses = answers.map(({ statusCode }) => statusCode).sort();
		assert.deepEqual(statuses, [201, 201, 429, 429]);
		assert.equal(answers.find(({ statusCode }) => statusCode === 429)?.json().code, "too-many-recordings");
		for (const { id, state } of tested.agent.recordings.list()) {
			if (hasEnded(state)) continue;
			tested.agent.recordings.stop(id);
			await tested.agent.recordings.ended(id);
		}
	});

	it("answers every refusal as problem details", async () => {
		const unknown = "0".repeat(26);
		const cases = [
			[await call("POST", "/recordings", { profiler: "perf", frequency: 1e6 }), 400, "invalid-request"],
			[await call("POST", "/recordings", { profiler: "perf", durationSeconds: 0 }), 400, "invalid-request"],
			[await call("POST", "/recordings", { profiler: "perf", extra: 1 }), 400, "invalid-request"],
			[await call("POST", "/recordings", { profiler: "py-spy" }), 409, "profiler-unavailable"],
			[await call("POST", "/recordings", { profiler: "perf", pid: 1 }), 404, "target-not-found"],
			[await call("GET", `/recordings/${unknown}`), 404, "recording-not-found"],
			[await call("GET", "/recordings/..%2f..%2fetc"), 400, "invalid-request"],
			[await call("POST", `/recordings/${unknown}/stop`), 404, "recording-not-found"],
			[await call("GET", `/recordings/${unknown}/events`), 404, "recording-not-found"],
			[await call("GET", "/nothing"), 404, "not-found"],
			[await tested.agent.app.inject({ url: "/pods/none/targets" }), 404, "pod-not-found"],
		] as const;
		for (const [answer, status, code] of cases) {
			assert.equal(answer.statusCode, status, answer.body);
			assert.match(String(answer.headers["content-type"]), /^application\/problem\+json/);
			assert.equal(answer.json().code, code);
			assert.ok(answer.json().nextStep);
		}
	});

	it("keeps recordings of other pods apart", async () => {
		const { recording } = await tested.record(target.pid);
		const other = await startBusy("idle");
		const answer = await tested.agent.app.inject({
			url: `/pods/${await podOf(other.pid)}/recordings/${recording.id}`,
		});
		await other.stop();
		assert.equal(answer.json().code, "recording-not-found");
		tested.agent.recordings.stop(recording.id);
		await until("it ended", () => hasEnded(tested.agent.recordings.get(recording.id).state));
	});
});

describe("an agent without perf", () => {
	it("says so, and how to mend it", async () => {
		const tested = await startTestAgent({ profilers: [createPerf({ path: "/nonexistent" })] });
		const target = await startBusy("idle");
		try {
			const url = `/pods/${await podOf(target.pid)}`;
			const { items } = (await tested.agent.app.inject({ url: `${url}/targets` })).json();
			assert.equal(items[0].profilers[0].available, false);
			assert.match(items[0].profilers[0].fix, /apt-get install linux-perf/);
			const payload = { profiler: "perf" };
			const answer = await tested.agent.app.inject({ method: "POST", url: `${url}/recordings`, payload });
			assert.equal(answer.json().code, "profiler-unavailable");
			assert.match(answer.json().detail, /apt-get install linux-perf/);
		} finally {
			await target.stop();
			await tested.close();
		}
	});
});
