import assert from "node:assert/strict";
import { test } from "node:test";
import { NetworkError } from "../../contract/client.ts";
import { ProblemError } from "../../contract/problem.ts";
import { recording } from "../testing/recording.ts";
import { type WatchOptions, watchRecording } from "./event-stream.ts";

const status = { state: "recording", samples: 1, lost: 0, durationSeconds: 1 };

const tree = (sequence: number) => event("tree", { sequence, tree: {}, status });
const delta = (sequence: number) => event("delta", { sequence, delta: {}, status });
const end = (sequence: number) => event("end", { sequence, recording: { ...recording, state: "finished" } });

function event(name: string, data: unknown): string {
	return `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`;
}

/** Watches a server that answers each attempt with the next of `answers`. */
async function watch(...answers: (string[] | Error)[]): Promise<{ seen: string[]; waits: number[] }> {
	const seen: string[] = [];
	const waits: number[] = [];
	const options: WatchOptions = {
		signal: new AbortController().signal,
		open: async () => {
			const answer = answers.shift();
			if (answer === undefined) throw new Error("asked too often");
			if (answer instanceof Error) throw answer;
			return new Response(ReadableStream.from(answer.map((text) => new TextEncoder().encode(text))));
		},
		onTree: ({ sequence }) => seen.push(`tree ${sequence}`),
		onDelta: ({ sequence }) => seen.push(`delta ${sequence}`),
		onEnd: ({ recording: { state } }) => seen.push(state),
		onLost: (failure) => seen.push((failure as Error).constructor.name),
		wait: async (seconds) => {
			waits.push(seconds);
		},
	};
	await watchRecording(options);
	return { seen, waits };
}

test("follows tree, deltas and end, however the bytes are cut", async () => {
	const text = `: heartbeat\n\n${tree(1)}${delta(2)}${end(3)}`;
	for (const size of [1, 7, text.length]) {
		const chunks = text.match(new RegExp(`[^]{1,${size}}`, "g")) ?? [];
		assert.deepEqual((await watch(chunks)).seen, ["tree 1", "delta 2", "finished"]);
	}
});

test("reconnects when the stream closes, breaks or has a gap, and starts again with a tree", async () => {
	const { seen } = await watch(
		[tree(1)],
		[tree(5), delta(7)],
		["data: {"],
		[tree(9), 'event: delta\ndata: {"seq\n\n'],
		[tree(12), end(13)],
	);
	assert.deepEqual(seen, [
		"tree 1",
		"NetworkError",
		"tree 5",
		"NetworkError",
		"NetworkError",
		"tree 9",
		"NetworkError",
		"tree 12",
		"finished",
	]);
});

test("waits longer after each failure, and little again once something came", async () => {
	const gone = new NetworkError("gone");
	const away = new ProblemError("agent-not-registered");
	const { waits } = await watch(gone, away, gone, gone, gone, gone, [tree(1)], [tree(1), end(2)]);
	assert.deepEqual(waits, [0.5, 1, 2, 4, 8, 8, 0.5]);
});

test("a failure that waiting does not mend ends the watch", async () => {
	await assert.rejects(watch(new ProblemError("recording-not-found")), { code: "recording-not-found" });
});

test("each attempt waits until it may be made", async () => {
	const asked: string[] = [];
	const answers = [[tree(1)], [tree(2), end(3)]];
	await watchRecording({
		signal: new AbortController().signal,
		ready: async () => void asked.push("ready"),
		open: async () => {
			asked.push("open");
			const answer = answers.shift() ?? [];
			return new Response(ReadableStream.from(answer.map((text) => new TextEncoder().encode(text))));
		},
		onTree: () => {},
		onDelta: () => {},
		onEnd: () => {},
		onLost: () => {},
		wait: async () => {},
	});
	assert.deepEqual(asked, ["ready", "open", "ready", "open"]);
});

test("what an agent sends is not trusted", async () => {
	const { seen } = await watch(
		[event("tree", { sequence: 1, tree: {}, status: { state: "<script>" } })],
		[event("end", { sequence: 1, recording: { id: 1 } })],
		[end(1)],
	);
	assert.deepEqual(seen, ["NetworkError", "NetworkError", "finished"]);
});

test("an aborted watch ends with the abort's reason", async () => {
	const abort = new AbortController();
	const reason = new Error("left the page");
	const watching = watchRecording({
		signal: abort.signal,
		open: async () => {
			throw new NetworkError("gone");
		},
		onTree: () => {},
		onDelta: () => {},
		onEnd: () => {},
		onLost: () => abort.abort(reason),
	});
	await assert.rejects(watching, reason);
});
