import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { EMPTY_STACK } from "../../profile/builder.ts";
import type { Profile } from "../../profile/model.ts";
import type { Profiler } from "../profilers/profiler.ts";
import { readProcess } from "../targets/process-info.ts";
import { readPprofFile } from "./pprof-file.ts";
import { saveFinished } from "./save-finished.ts";
import { createSession, type Session } from "./session.ts";
import { NoSpaceError } from "./space.ts";
import type { ProfileContent } from "./store.ts";

const SAMPLES = 50_000;

/** A tool that has all its samples at once, of a few stacks, and ends. */
const counting: Profiler = {
	name: "perf",
	support: async () => ({ profiler: "perf", available: true }),
	refuses: async () => null,
	valueTypes: () => [{ type: "samples", unit: "count" }],
	start: (_, { builder, onStarted }) => {
		onStarted();
		for (let index = 0; index < SAMPLES; index++) {
			const name = `f${index % 100}`;
			const frame = builder.frame({ name, module: "", kind: "user", file: "", line: 0 });
			builder.add(builder.child(EMPTY_STACK, frame), -1, [1], index * 1000);
		}
		return {
			done: Promise.resolve({ cause: null }),
			stop: () => undefined,
			kill: () => undefined,
			lost: () => 0,
			cpuSeconds: async () => 0,
			hasRawData: () => false,
			pids: () => [],
		};
	},
};

async function bytesOf(content: ProfileContent): Promise<Buffer> {
	const chunks: Uint8Array[] = [];
	for await (const chunk of content instanceof Uint8Array ? [content] : content) chunks.push(chunk);
	return Buffer.concat(chunks);
}

describe("saving what a session recorded", () => {
	let folder: string;
	before(async () => {
		folder = await mkdtemp(join(tmpdir(), "furnace-test-save-"));
	});
	after(() => rm(folder, { recursive: true }));

	async function endedSession(limit = 2 ** 30): Promise<Session> {
		const own = await readProcess(process.pid);
		assert.ok(own);
		const session = createSession({
			id: "0".repeat(26),
			target: { namespace: "local", pod: "self" },
			order: {
				event: "cpu-clock",
				frequency: 99,
				callGraph: "fp",
				processes: [own],
				rawFile: "/nonexistent",
			},
			profiler: counting,
			requestedSeconds: undefined,
			maxSeconds: 60,
			symbolHint: () => undefined,
			times: { path: join(folder, "times"), limit },
		});
		session.begin();
		await session.ended;
		return session;
	}

	const isWhole = ({ samples }: Profile): void =>
		assert.equal(
			samples.values[0].reduce((sum, value) => sum + value, 0n),
			BigInt(SAMPLES),
		);

	it("writes times with the profile, from the disk, and leaves nothing there", async () => {
		const session = await endedSession();
		assert.ok(existsSync(join(folder, "times")));
		let saved = Buffer.alloc(0);
		const save = async (_: string, content: ProfileContent) => {
			saved = Buffer.from(await bytesOf(content));
		};
		assert.equal((await saveFinished(session, save, assert.fail)).hasProfile, true);
		const profile = await readPprofFile(saved);
		isWhole(profile);
		assert.deepEqual(
			profile.times?.nanoseconds,
			Float64Array.from({ length: SAMPLES }, (_, index) => index * 1000),
		);
		assert.equal(existsSync(join(folder, "times")), false);
	});

	it("keeps the profile without times where there is no room for them, and says so", async () => {
		let attempts = 0;
		let saved = Buffer.alloc(0);
		const save = async (_: string, content: ProfileContent) => {
			const bytes = await bytesOf(content);
			if (++attempts === 1) throw new NoSpaceError(`There is no room for ${bytes.length} bytes`);
			saved = Buffer.from(bytes);
		};
		const { recording } = await saveFinished(await endedSession(), save, assert.fail);
		assert.equal(recording.state, "finished");
		assert.match(recording.log.join("\n"), /times of samples are not kept: There is no room/);
		const profile = await readPprofFile(saved);
		isWhole(profile);
		assert.equal(profile.times, undefined);
		assert.match(profile.info.comments.join("\n"), /times of samples are not kept/);
		assert.equal(existsSync(join(folder, "times")), false);
	});

	it("records on when the spool is full", async () => {
		const session = await endedSession(1000);
		assert.match(session.recording().log.join("\n"), /times of samples are not kept: there is no room/);
		assert.equal(session.times(), undefined);
		isWhole(session.snapshot());
		await session.release();
	});

	it("keeps it in memory where the disk takes nothing at all", async () => {
		const complaints: string[] = [];
		const save = async () => Promise.reject(new NoSpaceError("There is no room"));
		const finished = await saveFinished(await endedSession(), save, (message) => complaints.push(message));
		assert.equal(finished.recording.cause?.code, "disk-full");
		isWhole(await readPprofFile(finished.bytes ?? Buffer.alloc(0)));
		assert.equal(complaints.length, 1);
	});
});
