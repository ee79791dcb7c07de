import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Worker } from "node:worker_threads";
import { sampleProfile } from "../testing/sample-profile.ts";
import type { Task } from "./task.ts";
import { createThreads, type RunTask } from "./threads.ts";

const DEADLINE_MS = 60_000;
const MOST = { maxBytes: 1024 * 1024, maxEntries: 1000 };
const profile: Task = { kind: "inspect", source: { bytes: sampleProfile() }, ...MOST };
const missing: Task = { kind: "inspect", source: { path: "/nonexistent" }, ...MOST };

function counting(): { startWorker: () => Worker; started: () => number } {
	let count = 0;
	const startWorker = () => {
		count++;
		return new Worker(new URL("./worker.ts", import.meta.url));
	};
	return { startWorker, started: () => count };
}

describe("threads for work on profiles", () => {
	test("are used again: ten uploads at once on a busy machine must not wait for as many starts", async () => {
		const { startWorker, started } = counting();
		const run: RunTask = createThreads(startWorker, DEADLINE_MS);
		for (let round = 0; round < 5; round++) {
			const kinds: string[] = (await Promise.all([run(profile), run(profile)])).map(({ kind }) => kind);
			assert.deepEqual(kinds, ["comments", "comments"]);
		}
		assert.equal(started(), 2);
	});

	test("are not used again after a failure, and the failure is told once", async () => {
		const { startWorker, started } = counting();
		const run: RunTask = createThreads(startWorker, DEADLINE_MS);
		await assert.rejects(run(missing), { code: "internal" });
		assert.equal((await run(profile)).kind, "comments");
		assert.equal(started(), 2);
	});

	test("one that ends while it waits is replaced", async () => {
		const workers: Worker[] = [];
		const run: RunTask = createThreads(() => {
			const worker = new Worker(new URL("./worker.ts", import.meta.url));
			workers.push(worker);
			return worker;
		}, DEADLINE_MS);
		await run(profile);
		await workers[0]?.terminate();
		assert.equal((await run(profile)).kind, "comments");
		assert.equal(workers.length, 2);
	});
});
