import assert from "node:assert/strict";
import { statfs, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, type TestContext, test } from "node:test";
import { sampleRecording } from "../../contract/testing/sample-recording.ts";
import { createLogger } from "../http/logging.ts";
import { sampleProfile } from "../testing/sample-profile.ts";
import { AGENT_TOKEN, startServer } from "../testing/start-server.ts";
import { temporaryDirectory } from "../testing/temporary-directory.ts";
import { type Archive, openArchive } from "./archive.ts";
import { defaultMaxBytes, surplus } from "./quota.ts";

const idOf = (day: number): string => `${day}`.repeat(26);
const startedAt = (day: number): string => `2026-11-0${day}T16:00:00.000Z`;
const idsOf = (archive: Archive): string[] => archive.list().map(({ id }) => id);

async function store(archive: Archive, day: number): Promise<void> {
	const path = join(archive.uploadDirectory, `${day}.part`);
	await writeFile(path, sampleProfile());
	await archive.store(sampleRecording({ id: idOf(day), startedAt: startedAt(day) }), path);
}

/** What one of these recordings takes. */
async function bytesOfOne(t: TestContext): Promise<number> {
	const archive = await openArchive({ directory: await temporaryDirectory(t) });
	await store(archive, 1);
	return archive.status().bytes;
}

describe("the archive's quota", () => {
	test("the oldest make room, which is logged and counted, and stay away", async (t) => {
		const maxBytes = Math.round(2.5 * (await bytesOfOne(t)));
		const lines: string[] = [];
		const logger = createLogger({ level: "warn" }, { write: (line) => void lines.push(line) });
		const directory = await temporaryDirectory(t);
		const archive = await openArchive({ directory, maxBytes, logger });
		for (const day of [1, 2, 3, 4]) await store(archive, day);
		assert.deepEqual(idsOf(archive), [idOf(4), idOf(3)]);
		assert.equal(archive.status().evicted, 2);
		assert.ok(archive.status().bytes <= maxBytes);
		assert.equal(lines.filter((line) => line.includes("the archive is full")).length, 2);
		await store(archive, 1);
		assert.deepEqual(idsOf(archive), [idOf(4), idOf(3)]);
		// gone for want of room: nobody else has to delete it
		assert.deepEqual([archive.isGone(idOf(1)), archive.deleted()], [true, []]);
	});

	test("a namespace that floods it loses its own recordings, however young they say they are", () => {
		const entry = (id: string, namespace: string, bytes = 10) => ({ id, namespace, bytes, jsonBytes: 1 });
		const flood = ["f3", "f2", "f1"].map((id) => entry(id, "hostile"));
		const newestFirst = [...flood, entry("b1", "b"), entry("a2", "a"), entry("a1", "a")];
		const limits = { maxRecordings: Number.POSITIVE_INFINITY, maxBytes: 60, maxJsonBytes: 100 };
		assert.deepEqual(surplus(newestFirst, limits, 0), []);
		assert.deepEqual(surplus(newestFirst, { ...limits, maxBytes: 50 }, 0), ["f1"]);
		assert.deepEqual(surplus(newestFirst, limits, 10), ["f1"]);
		assert.deepEqual(surplus(newestFirst, { ...limits, maxJsonBytes: 5 }, 0), ["f1"]);
		assert.deepEqual(surplus(newestFirst, { ...limits, maxRecordings: 5 }, 0), ["f1"]);
		// the newest of all stays
		assert.deepEqual(surplus(newestFirst, { ...limits, maxBytes: 0 }, 0), ["f2", "f1", "b1", "a2", "a1"]);
	});

	test("what it keeps in memory is limited too", async (t) => {
		const archive = await openArchive({ directory: await temporaryDirectory(t), maxJsonBytes: 2000 });
		const { length } = JSON.stringify(sampleRecording());
		const fitting = Math.floor(2000 / (length + 1));
		const days = Array.from({ length: fitting + 2 }, (_, index) => index + 1);
		for (const day of days) await store(archive, day);
		assert.deepEqual(idsOf(archive), days.slice(2).reverse().map(idOf));
	});

	test("an archive that is too large for a new limit is made to fit when it is opened", async (t) => {
		const directory = await temporaryDirectory(t);
		const before = await openArchive({ directory });
		for (const day of [1, 2, 3]) await store(before, day);
		const maxBytes = Math.round(before.status().bytes / 2);
		assert.deepEqual(idsOf(await openArchive({ directory, maxBytes })), [idOf(3)]);
	});

	test("uploads under way count, and one that will never fit is refused", async (t) => {
		const one = await bytesOfOne(t);
		const directory = await temporaryDirectory(t);
		const archive = await openArchive({ directory, maxBytes: 3 * one });
		for (const day of [1, 2]) await store(archive, day);
		await writeFile(join(archive.uploadDirectory, "agent-1.other.part"), Buffer.alloc(one));
		await archive.makeRoom(one);
		assert.deepEqual(idsOf(archive), [idOf(2)]);
		await assert.rejects(archive.makeRoom(3 * one), { code: "archive-unavailable" });
	});

	test("an agent is told to wait when there is no room", async (t) => {
		const archive = await openArchive({ directory: await temporaryDirectory(t), maxBytes: 10 });
		const server = await startServer(t, { archive });
		const answer = await server.send(`/agent/v1/recordings/${idOf(1)}`, {
			method: "PUT",
			headers: { authorization: `Bearer ${AGENT_TOKEN}` },
			body: sampleProfile(),
		});
		assert.deepEqual([answer.status, answer.code], [503, "archive-unavailable"]);
		const metrics = (await server.send("/metrics")).body.toString();
		assert.match(metrics, /furnace_archive_bytes\{state="limit"\} 10\n/);
		assert.match(metrics, /furnace_archive_recordings\{state="evicted"\} 0\n/);
	});

	test("by default it is 10 GiB, or less on a smaller disk", async (t) => {
		const directory = await temporaryDirectory(t);
		const { blocks, bsize } = await statfs(directory);
		const bytes = await defaultMaxBytes(directory);
		assert.ok(bytes <= 10 * 2 ** 30);
		assert.ok(bytes <= 0.8 * blocks * bsize);
		assert.equal((await openArchive({ directory })).status().maxBytes, bytes);
	});
});
