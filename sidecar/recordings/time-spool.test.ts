import assert from "node:assert/strict";
import { existsSync, statSync } from "node:fs";
import { mkdtemp, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import type { SampleTimes } from "../../profile/model.ts";
import { createTimeSpool, SPOOLED_BYTES, type TimeSpool } from "./time-spool.ts";

const SAMPLES = 200_000;

async function gather(pieces: AsyncIterable<SampleTimes> | undefined): Promise<number[]> {
	assert.ok(pieces);
	const times: number[] = [];
	for await (const { nanoseconds } of pieces) times.push(...nanoseconds);
	return times;
}

/** Two CPUs take turns of some samples each. */
function fill(spool: TimeSpool, from: number, to: number): void {
	for (let index = from; index < to; index++) {
		const [turn, place] = [Math.floor(index / 200), index % 200];
		const time = turn * 200 + (place < 100 ? 2 * place : 2 * (place - 100) + 1);
		spool.push(time % 7, time);
	}
}

describe("the spool of sample times", () => {
	let folder: string;
	before(async () => {
		folder = await mkdtemp(join(tmpdir(), "furnace-test-spool-"));
	});
	after(() => rm(folder, { recursive: true }));

	it("hands back what was pushed, in order, as it was at that moment", async () => {
		const path = join(folder, "times");
		const spool = createTimeSpool({ path, limit: 2 ** 30, onDropped: assert.fail });
		fill(spool, 0, SAMPLES);
		const first = spool.times();
		fill(spool, SAMPLES, 2 * SAMPLES);
		const times = await gather(first);
		assert.deepEqual(times, Array.from(times.keys()));
		assert.equal(times.length, SAMPLES);
		assert.equal((await gather(spool.times())).length, 2 * SAMPLES);
		assert.ok(statSync(path).size <= 2 * SAMPLES * SPOOLED_BYTES);
		await spool.close();
		assert.equal(existsSync(path), false);
	});

	it("needs no file for a few", async () => {
		const path = join(folder, "never-there", "times");
		const spool = createTimeSpool({ path, limit: 2 ** 30, onDropped: assert.fail });
		fill(spool, 0, 200);
		assert.equal((await gather(spool.times())).length, 200);
		await spool.close();
	});

	it("gives all up, and says why, where there is no room or no disk", async () => {
		const reasons: string[] = [];
		const onDropped = (reason: string) => reasons.push(reason);
		const path = join(folder, "small");
		const small = createTimeSpool({ path, limit: SAMPLES * SPOOLED_BYTES, onDropped });
		fill(small, 0, 2 * SAMPLES);
		assert.equal(small.times(), undefined);
		await small.close();
		assert.equal(existsSync(path), false);
		const lost = createTimeSpool({ path: join(folder, "none", "times"), limit: 2 ** 30, onDropped });
		fill(lost, 0, SAMPLES);
		assert.equal(lost.times(), undefined);
		await lost.close();
		assert.equal(reasons.length, 2);
		assert.match(reasons[0], /no room/);
		assert.match(reasons[1], /ENOENT/);
	});

	it("is full when the disk is", {
		skip: existsSync("/dev/full") ? false : "there is no /dev/full",
	}, async () => {
		const reasons: string[] = [];
		const path = join(folder, "full");
		await symlink("/dev/full", path);
		const spool = createTimeSpool({
			path,
			limit: 2 ** 30,
			onDropped: (reason) => reasons.push(reason),
		});
		fill(spool, 0, 10_000);
		await assert.rejects(gather(spool.times()), { message: /given up/ });
		await spool.close();
		assert.match(reasons.join(), /ENOSPC/);
	});
});
