import assert from "node:assert/strict";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, test } from "node:test";
import { sampleRecording } from "../../contract/testing/sample-recording.ts";
import { sampleProfile } from "../testing/sample-profile.ts";
import { AGENT_TOKEN, startServer } from "../testing/start-server.ts";
import { temporaryDirectory } from "../testing/temporary-directory.ts";
import { openArchive } from "./archive.ts";
import { KEPT_MS, MOST_TOMBSTONES, openTombstones } from "./tombstones.ts";

const idOf = (index: number): string => `${index}`.padStart(26, "0");

function failed(error: unknown): never {
	throw error;
}

describe("what was deleted", () => {
	test("is remembered after a restart, deletions and evictions apart", async (t) => {
		const path = join(await temporaryDirectory(t), "deleted.json");
		const first = await openTombstones(path, failed);
		const at = Date.now();
		await Promise.all([
			first.add({ id: idOf(1), at, why: "deleted" }),
			first.add({ id: idOf(2), at, why: "evicted" }),
			first.add({ id: idOf(3), at, why: "evicted" }),
			first.add({ id: idOf(3), at, why: "deleted" }),
		]);
		const again = await openTombstones(path, failed);
		assert.deepEqual(
			again.deleted().map(({ id }) => id),
			[idOf(1), idOf(3)],
		);
		assert.deepEqual(
			[1, 2, 3, 4].map((index) => again.has(idOf(index))),
			[true, true, true, false],
		);
	});

	test("is forgotten after a month, and when it is too much", async (t) => {
		const path = join(await temporaryDirectory(t), "deleted.json");
		const tombstones = await openTombstones(path, failed);
		const now = Date.now();
		await tombstones.add({ id: idOf(0), at: now - KEPT_MS - 1000, why: "deleted" });
		const many = Array.from({ length: MOST_TOMBSTONES }, (_, index) => ({
			id: idOf(index + 1),
			at: now - MOST_TOMBSTONES + index,
			why: "deleted" as const,
		}));
		await writeFile(path, JSON.stringify(many));
		const full = await openTombstones(path, failed);
		await full.add({ id: idOf(99_999), at: now, why: "deleted" });
		assert.equal(full.deleted().length, MOST_TOMBSTONES);
		assert.deepEqual([tombstones.has(idOf(0)), full.has(idOf(1)), full.has(idOf(2))], [false, false, true]);
	});

	test("is written once more where that failed", async (t) => {
		const directory = join(await temporaryDirectory(t), "away");
		const path = join(directory, "deleted.json");
		const tombstones = await openTombstones(path, failed);
		const entry = { id: idOf(1), at: Date.now(), why: "deleted" as const };
		await assert.rejects(tombstones.add(entry), { code: "ENOENT" });
		await mkdir(directory);
		await tombstones.add(entry);
		assert.deepEqual(JSON.parse(await readFile(path, "utf8")), [entry]);
	});

	test("is not forgotten for a flood of evictions", async (t) => {
		const path = join(await temporaryDirectory(t), "deleted.json");
		const at = Date.now();
		const flood = Array.from({ length: MOST_TOMBSTONES }, (_, index) => ({
			id: idOf(index + 1),
			at: at + index,
			why: "evicted",
		}));
		await writeFile(path, JSON.stringify([{ id: idOf(0), at, why: "deleted" }, ...flood]));
		const tombstones = await openTombstones(path, failed);
		await tombstones.add({ id: idOf(99_999), at: at + 99_999, why: "evicted" });
		assert.deepEqual([tombstones.has(idOf(0)), tombstones.has(idOf(1))], [true, false]);
	});

	test("is not there any more after a restart, though its folder was not removed in time", async (t) => {
		const directory = await temporaryDirectory(t);
		const { id } = sampleRecording();
		const archive = await openArchive({ directory });
		const path = join(archive.uploadDirectory, "x.part");
		await writeFile(path, sampleProfile());
		await archive.store(sampleRecording(), path);
		await writeFile(
			join(directory, "deleted.json"),
			JSON.stringify([{ id, at: Date.now(), why: "deleted" }]),
		);
		const again = await openArchive({ directory });
		assert.deepEqual(again.list(), []);
		assert.deepEqual(await readdir(join(directory, "recordings")), []);
	});

	test("is begun anew where its file is damaged, and that is said", async (t) => {
		const path = join(await temporaryDirectory(t), "deleted.json");
		for (const text of ["{", "{}"]) {
			await writeFile(path, text);
			const said: unknown[] = [];
			const tombstones = await openTombstones(path, (error) => said.push(error));
			assert.equal(said.length, 1);
			assert.deepEqual(tombstones.deleted(), []);
			await tombstones.add({ id: idOf(1), at: Date.now(), why: "deleted" });
			assert.equal(JSON.parse(await readFile(path, "utf8")).length, 1);
		}
	});

	test("is not taken again from its agent, which is told that it is done", async (t) => {
		const directory = await temporaryDirectory(t);
		const server = await startServer(t, { archive: await openArchive({ directory }) });
		const { id } = sampleRecording();
		const put = () =>
			server.send(`/agent/v1/recordings/${id}`, {
				method: "PUT",
				headers: { authorization: `Bearer ${AGENT_TOKEN}` },
				body: sampleProfile(),
			});
		await put();
		assert.equal((await server.send(`/api/v1/recordings/${id}`, { method: "DELETE" })).status, 204);
		const again = await put();
		assert.deepEqual([again.status, again.headers["upload-complete"]], [204, "?1"]);
		assert.deepEqual(server.archive.list(), []);
		assert.equal((await openArchive({ directory })).isGone(id), true);
	});
});
