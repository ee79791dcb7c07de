import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, mock, test } from "node:test";
import { SILENT } from "../../kubernetes/log.ts";
import { type Loop, startLoop } from "./loop.ts";

describe("a loop", () => {
	let runs: number;
	let run: () => Promise<number>;
	let stopping: AbortController;
	let loop: Loop;
	beforeEach(() => {
		mock.timers.enable({ apis: ["setTimeout"] });
		runs = 0;
		run = async () => 1_000_000;
		stopping = new AbortController();
		loop = startLoop(
			() => {
				runs++;
				return run();
			},
			{ signal: stopping.signal, log: SILENT, random: () => 1 },
		);
	});
	afterEach(async () => {
		stopping.abort();
		await settle();
		await loop.ended;
		mock.timers.reset();
	});

	test("many requests are one run, and one during a run is heard after it", async () => {
		await pass(100);
		assert.equal(runs, 1);
		for (let request = 0; request < 100; request++) loop.request();
		await pass(100);
		assert.equal(runs, 2);
		let finish = () => {};
		run = () =>
			new Promise((resolve) => {
				finish = () => resolve(1_000_000);
			});
		loop.request();
		await pass(100);
		loop.request();
		await pass(10_000);
		assert.equal(runs, 3, "never two at a time");
		finish();
		await pass(100);
		assert.equal(runs, 4);
		finish();
	});

	test("runs again when it asked to", async () => {
		run = async () => 5_000;
		loop.request();
		await pass(100);
		const before = runs;
		await pass(4_000);
		assert.equal(runs, before);
		await pass(1_100);
		assert.equal(runs, before + 1);
	});

	test("after failures it waits longer and longer, but a request is heard within a second", async () => {
		run = async () => {
			throw new Error("no");
		};
		loop.request();
		await pass(100);
		for (let failure = 0; failure < 8; failure++) await pass(30_000);
		for (const last = runs; runs === last; ) await pass(50);
		const before = runs;
		await pass(29_900);
		assert.equal(runs, before);
		await pass(100);
		assert.equal(runs, before + 1, "half a minute at the most");
		loop.request();
		await pass(900);
		assert.equal(runs, before + 1);
		await pass(200);
		assert.equal(runs, before + 2);
	});

	async function pass(ms: number): Promise<void> {
		for (let past = 0; past < ms; past += 50) {
			mock.timers.tick(50);
			await settle();
		}
	}

	async function settle(): Promise<void> {
		for (let turn = 0; turn < 5; turn++) await Promise.resolve();
	}
});
