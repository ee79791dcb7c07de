import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { causeOf, type Recording } from "../../contract/recording.ts";
import { sampleRecording } from "../../contract/testing/sample-recording.ts";
import { createEndedRecordings } from "./ended-recordings.ts";
import { newRecordingId } from "./recording-id.ts";
import { createSpace, NoSpaceError } from "./space.ts";
import { openStore, type RecordingStore } from "./store.ts";

const RAW = 1000;
const PROFILE = 100;

function ended(time: number, archived: boolean): Recording {
	const startedAt = new Date(time).toISOString();
	return sampleRecording({ id: newRecordingId(time), startedAt, cause: causeOf("stopped"), archived });
}

describe("the work folder's bounds", () => {
	let workDir: string;
	let store: RecordingStore;
	before(async () => {
		workDir = await mkdtemp(join(tmpdir(), "furnace-test-space-"));
		store = await openStore(workDir);
	});
	after(() => rm(workDir, { recursive: true }));

	it("gives up raw data first, then what the archive has; the oldest first, and never what nobody else has", async () => {
		const kept = createEndedRecordings(store);
		const recordings = [ended(1, false), ended(2, true), ended(3, true)];
		for (const recording of recordings) {
			await store.create(recording);
			await store.saveProfile(recording.id, Buffer.alloc(PROFILE));
			await writeFile(store.rawFile(recording.id), Buffer.alloc(RAW));
			await kept.add(recording, { hasProfile: true });
		}
		const [onlyHere, older, newer] = recordings.map(({ id }) => id);
		const given: string[] = [];
		const space = createSpace({
			workDir,
			limit: 1_000_000,
			promised: async () => 0,
			giveUp: async () => {
				const before = new Map(kept.list().map(({ id, rawData }) => [id, rawData]));
				const done = await kept.giveUp();
				for (const { id, rawData } of kept.list()) {
					if (before.get(id) && !rawData) given.push(`raw ${id}`);
					before.delete(id);
				}
				for (const id of before.keys()) given.push(`all ${id}`);
				return done;
			},
		});
		const room = await space.make(0);
		assert.deepEqual(given, []);
		assert.ok((await space.make(room + RAW)) >= room + RAW);
		assert.deepEqual(given, [`raw ${older}`]);
		await assert.rejects(space.ensure(1_000_000), NoSpaceError);
		assert.deepEqual(given, [
			`raw ${older}`,
			`raw ${newer}`,
			`raw ${onlyHere}`,
			`all ${older}`,
			`all ${newer}`,
		]);
		assert.equal((await kept.profile(onlyHere))?.length, PROFILE);
	});

	it("counts what running recordings were promised, and never takes all that the disk has", async () => {
		const options = { workDir, promised: async () => 0, giveUp: async () => false };
		const limit = Number.MAX_SAFE_INTEGER;
		const all = await createSpace({ ...options, limit }).make(0);
		assert.ok(all > 0 && all < limit / 2);
		assert.equal(await createSpace({ ...options, limit: 10_000, promised: async () => 20_000 }).make(1), 0);
	});
});
