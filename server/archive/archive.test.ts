import assert from "node:assert/strict";
import { chmod, mkdir, readdir, rm, stat, symlink, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, test } from "node:test";
import { ProblemError } from "../../contract/problem.ts";
import { SAMPLE_ID, sampleRecording } from "../../contract/testing/sample-recording.ts";
import { createLogger } from "../http/logging.ts";
import { sampleProfile } from "../testing/sample-profile.ts";
import { temporaryDirectory } from "../testing/temporary-directory.ts";
import { type Archive, openArchive } from "./archive.ts";

async function store(archive: Archive, id: string, startedAt = "2026-11-21T16:00:00.000Z"): Promise<void> {
	const path = join(archive.uploadDirectory, `${id}.part`);
	await writeFile(path, sampleProfile());
	await archive.store(sampleRecording({ id, startedAt }), path);
}

const idOf = (index: number): string => `recording${index}`.padEnd(26, "0");

describe("the archive", () => {
	test("what was stored is there after it is opened again", async (t) => {
		const directory = await temporaryDirectory(t);
		const first = await openArchive({ directory });
		await store(first, SAMPLE_ID);
		const again = await openArchive({ directory });
		assert.deepEqual(again.list(), [sampleRecording()]);
		assert.deepEqual(again.status(), first.status());
	});

	test("newest first", async (t) => {
		const archive = await openArchive({ directory: await temporaryDirectory(t) });
		await store(archive, idOf(1), "2026-11-21T16:00:00.000Z");
		await store(archive, idOf(2), "2026-11-21T18:00:00.000Z");
		await store(archive, idOf(3), "2026-11-21T17:00:00.000Z");
		assert.deepEqual(
			archive.list().map(({ id }) => id),
			[idOf(2), idOf(3), idOf(1)],
		);
	});

	test("a deleted recording is gone, on the disk too", async (t) => {
		const directory = await temporaryDirectory(t);
		const archive = await openArchive({ directory });
		await store(archive, SAMPLE_ID);
		assert.equal(await archive.delete(SAMPLE_ID), true);
		assert.equal(await archive.delete(SAMPLE_ID), false);
		assert.equal(archive.get(SAMPLE_ID), undefined);
		assert.deepEqual(await readdir(join(directory, "recordings")), []);
		assert.deepEqual(await readdir(join(directory, "temporary")), []);
	});

	test("torn and foreign folders are logged, counted and left alone; the others are served", async (t) => {
		const directory = await temporaryDirectory(t);
		await store(await openArchive({ directory }), SAMPLE_ID);
		const folder = async (name: string, files: Record<string, string | Buffer>) => {
			await mkdir(join(directory, "recordings", name));
			for (const [file, content] of Object.entries(files)) {
				await writeFile(join(directory, "recordings", name, file), content);
			}
		};
		const json = (id: string) => JSON.stringify(sampleRecording({ id }));
		await folder("lost+found", {});
		await folder("noprofile00", { "recording.json": json("noprofile00") });
		await folder("nojson00000", { "profile.pb.gz": sampleProfile() });
		await folder("tornjson000", { "recording.json": '{"id":"torn', "profile.pb.gz": sampleProfile() });
		await folder("otherid0000", { "recording.json": json(SAMPLE_ID), "profile.pb.gz": sampleProfile() });
		await folder("notgzip0000", { "recording.json": json("notgzip0000"), "profile.pb.gz": "hello" });
		await folder("emptygz0000", { "recording.json": json("emptygz0000"), "profile.pb.gz": "" });
		await folder("badjson0000", {
			"recording.json": '{"id":"badjson0000"}',
			"profile.pb.gz": sampleProfile(),
		});
		await writeFile(join(directory, "recordings", "a-file"), "x");
		await symlink("/nonexistent", join(directory, "recordings", "a-link"));
		const lines: string[] = [];
		const logger = createLogger({ level: "warn" }, { write: (line) => void lines.push(line) });
		const archive = await openArchive({ directory, logger });
		assert.deepEqual(
			archive.list().map(({ id }) => id),
			[SAMPLE_ID],
		);
		assert.equal(archive.status().skipped, 10);
		assert.equal(lines.length, 10);
		assert.equal((await readdir(join(directory, "recordings"))).length, 11);
	});

	test("a torn folder does not stop its recording from being stored again", async (t) => {
		const directory = await temporaryDirectory(t);
		await mkdir(join(directory, "recordings", SAMPLE_ID), { recursive: true });
		await writeFile(join(directory, "recordings", SAMPLE_ID, "recording.json"), "{");
		const archive = await openArchive({ directory });
		await store(archive, SAMPLE_ID);
		assert.equal((await openArchive({ directory })).list().length, 1);
	});

	test("what an earlier run left half done is cleared away", async (t) => {
		const directory = await temporaryDirectory(t);
		await openArchive({ directory });
		await mkdir(join(directory, "temporary", "new-x"));
		const [old, recent] = ["agent-1.old.part", "agent-1.recent.part"].map((name) =>
			join(directory, "uploads", name),
		) as [string, string];
		await writeFile(old, "x");
		await writeFile(recent, "x");
		await utimes(old, 1, 1);
		await openArchive({ directory });
		assert.deepEqual(await readdir(join(directory, "temporary")), []);
		assert.deepEqual(await readdir(join(directory, "uploads")), ["agent-1.recent.part"]);
	});

	test("processes that share its folder leave what the others have under way alone", async (t) => {
		const directory = await temporaryDirectory(t);
		const one = await openArchive({ directory, writer: "server-1" });
		const upload = join(one.uploadDirectory, "agent-1.x.part");
		const temporary = join(one.temporaryDirectory, "new-x");
		await writeFile(upload, "x");
		await writeFile(temporary, "x");
		const two = await openArchive({ directory, writer: "server-2" });
		assert.notEqual(two.uploadDirectory, one.uploadDirectory);
		assert.deepEqual(
			await Promise.all([upload, temporary].map(async (path) => (await stat(path)).size)),
			[1, 1],
		);
		// what the first one stores the second has when it starts again
		await store(one, SAMPLE_ID);
		assert.equal((await openArchive({ directory, writer: "server-2" })).list().length, 1);
		// a day after its last sign of life
		await utimes(one.temporaryDirectory, 1, 1);
		await openArchive({ directory, writer: "server-3" });
		assert.deepEqual((await readdir(join(directory, "uploads"))).sort(), ["server-2", "server-3"]);
		assert.deepEqual((await readdir(join(directory, "temporary"))).sort(), ["server-2", "server-3"]);
	});

	test("limits push the oldest out, never the newest", async (t) => {
		const archive = await openArchive({ directory: await temporaryDirectory(t), maxRecordings: 2 });
		for (const index of [1, 2, 3]) await store(archive, idOf(index), `2026-11-2${index}T16:00:00.000Z`);
		assert.deepEqual(
			archive.list().map(({ id }) => id),
			[idOf(3), idOf(2)],
		);
		const small = await openArchive({ directory: await temporaryDirectory(t), maxBytes: 1 });
		await store(small, idOf(1));
		assert.equal(small.list().length, 1);
	});

	test("its folders are for its owner alone", async (t) => {
		const directory = await temporaryDirectory(t);
		const archive = await openArchive({ directory });
		await store(archive, SAMPLE_ID);
		for (const path of ["recordings", "uploads", `recordings/${SAMPLE_ID}`]) {
			assert.equal((await stat(join(directory, path))).mode & 0o077, 0, path);
		}
	});

	test("a folder that cannot be used says why", async (t) => {
		const directory = await temporaryDirectory(t);
		await writeFile(join(directory, "file"), "x");
		await assert.rejects(openArchive({ directory: join(directory, "file") }), (error: unknown) => {
			assert.ok(error instanceof ProblemError);
			assert.equal(error.code, "archive-unavailable");
			return true;
		});
	});

	test("when its folder vanishes, check and store say so", async (t) => {
		const directory = await temporaryDirectory(t);
		const archive = await openArchive({ directory });
		await chmod(directory, 0o700);
		await rm(join(directory, "temporary"), { recursive: true });
		await assert.rejects(archive.check(), { code: "archive-unavailable" });
		await assert.rejects(store(archive, SAMPLE_ID), { code: "archive-unavailable" });
		assert.equal(archive.get(SAMPLE_ID), undefined);
	});
});
