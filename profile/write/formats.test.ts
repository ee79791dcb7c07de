import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { FORMAT_NAMES } from "../../contract/formats.ts";
import { callTreeOf, fromDocument } from "../call-tree.ts";
import type { Profile } from "../model.ts";
import { readFolded } from "../read/folded.ts";
import { readPprof } from "../read/pprof.ts";
import { anyProfile, profileOf, totalOf } from "../testing/arbitrary-profile.ts";
import { type ProfileFormat, profileChunks, type WriteOptions, writeProfile } from "./formats.ts";
import { decodeViewerData } from "./html-data.ts";

const formats = FORMAT_NAMES.filter((format) => format !== "perf.data");
const VIEWER = { script: "void 0", style: "body{}" };

async function textOf(profile: Profile, format: ProfileFormat, options?: WriteOptions): Promise<string> {
	return new TextDecoder("utf-8", { fatal: true }).decode(await writeProfile(profile, format, options));
}

function sum(numbers: number[]): number {
	return numbers.reduce((total, number) => total + number, 0);
}

async function htmlTree(html: string): Promise<number> {
	const data = /id="furnace-profile">([^<]*)</.exec(html)?.[1] ?? "";
	return (await decodeViewerData(data)).tree.total[0];
}

/** The total as each format's own reader has it. */
const totals: Record<ProfileFormat, (profile: Profile) => Promise<number>> = {
	html: async (profile) => htmlTree(await textOf(profile, "html", { viewer: VIEWER })),
	svg: async (profile) => Number(/ y="40">(\d+) samples</.exec(await textOf(profile, "svg"))?.[1]),
	folded: async (profile) => Number(totalOf(readFolded(await writeProfile(profile, "folded")))),
	pprof: async (profile) => Number(totalOf(readPprof(await writeProfile(profile, "pprof")))),
	speedscope: async (profile) => {
		const [{ weights, endValue }] = JSON.parse(await textOf(profile, "speedscope")).profiles;
		assert.equal(sum(weights), endValue);
		return endValue;
	},
	gecko: async (profile) => {
		const { threads } = JSON.parse(await textOf(profile, "gecko"));
		return sum(threads.flatMap((thread: { samples: { weight: number[] } }) => thread.samples.weight));
	},
	cpuprofile: async (profile) => {
		const { nodes, samples } = JSON.parse(await textOf(profile, "cpuprofile"));
		const total = sum(nodes.map((node: { hitCount: number }) => node.hitCount));
		// of a small profile each sample is there
		if (total <= 1_000_000) assert.equal(samples.length, total);
		return total;
	},
	json: async (profile) => fromDocument(JSON.parse(await textOf(profile, "json"))).total[0],
	txt: async (profile) => Number(/^Total: (\d+) samples/m.exec(await textOf(profile, "txt"))?.[1]),
};

test("the totals of all formats agree", async () => {
	await fc.assert(
		fc.asyncProperty(anyProfile(), async (profile) => {
			for (const format of formats)
				assert.equal(await totals[format](profile), Number(totalOf(profile)), format);
		}),
		{ numRuns: 50 },
	);
});

test("another value type is weighed by on request", async () => {
	const folded = await fc.sample(anyProfile(), 5).reduce(async (before, profile) => {
		await before;
		return textOf(profile, "folded", { value: 1 }).then((text) => {
			assert.equal(
				totalOf(readFolded(text)),
				profile.samples.values[1].reduce((sum, value) => sum + value, 0n),
			);
		});
	}, Promise.resolve());
	assert.equal(folded, undefined);
	await assert.rejects(writeProfile(profileOf({ a: 1 }), "txt", { value: 3 }), RangeError);
});

test("a large profile comes in many chunks, none of them large", async () => {
	const stacks = Object.fromEntries(
		Array.from({ length: 60_000 }, (_, index) => [`main;f${index % 300};g${index}`, 1]),
	);
	const profile = profileOf(stacks);
	for (const format of ["folded", "pprof", "speedscope", "gecko", "cpuprofile", "json", "txt"] as const) {
		let count = 0;
		for await (const chunk of profileChunks(profile, format)) {
			assert.ok(chunk.length < 2 ** 20, `${format}: ${chunk.length}`);
			count++;
		}
		assert.ok(count > 3, `${format}: ${count}`);
	}
});

test("a profile without samples is written in every format", async () => {
	for (const format of formats) assert.ok((await writeProfile(profileOf({}), format)).length >= 0);
	assert.equal(callTreeOf(readPprof(await writeProfile(profileOf({}), "pprof"))).total[0], 0);
});

test("text: self and total with their shares", async () => {
	const text = await textOf(profileOf({ "main;read": 3, main: 1 }), "txt", { title: "shop" });
	assert.equal(
		text,
		`shop
Total: 4 samples, 2 functions

    self   self%     total  total%  function  module
       3  75.00%         3  75.00%  read
       1  25.00%         4 100.00%  main
`,
	);
});
