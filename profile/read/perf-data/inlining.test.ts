import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { it } from "node:test";
import { callTreeOf } from "../../call-tree.ts";
import type { Profile } from "../../model.ts";
import type { InlinedFrame } from "../../symbols/dwarf/inlines.ts";
import type { Symbols } from "../../symbols/symbols.ts";
import { foldedChunks } from "../../write/folded.ts";
import { readPerfData } from "./read.ts";

const RECORDING = readFileSync(join(import.meta.dirname, "../fixtures/stream.perf.data"));
const FUNCTION_BYTES = 64;

async function* chunks(): AsyncGenerator<Uint8Array> {
	yield RECORDING;
}

/** Functions of 64 bytes each, with the frames that `inlined` says of an offset. */
function symbolsWith(inlined: (offset: number) => InlinedFrame[] | undefined): Symbols {
	return {
		open: () => ({
			nameOf: (offset) => `function_${Math.floor(offset / FUNCTION_BYTES)}`,
			inlines: async () => ({
				bytes: 0,
				framesAt: inlined,
				// biome-ignore lint/correctness/useYield: it needs no steps
				*stepsTo(offset) {
					return inlined(offset);
				},
			}),
		}),
		jitName: () => undefined,
		kernelName: () => undefined,
	};
}

async function folded(profile: Profile): Promise<string[]> {
	let text = "";
	for (const chunk of foldedChunks(callTreeOf(profile))) text += chunk;
	return text.split("\n").sort();
}

const read = (symbols: Symbols, inlines: boolean) =>
	readPerfData(chunks(), { symbols, inlines, keepTimes: true });

it("changes nothing where nothing was inlined", async () => {
	const symbols = symbolsWith(() => undefined);
	const [plain, refined] = [await read(symbols, false), await read(symbols, true)];
	assert.deepEqual(await folded(refined), await folded(plain));
	assert.deepEqual(refined.times?.nanoseconds, plain.times?.nanoseconds);
	assert.equal(refined.samples.length, plain.samples.length);
});

it("puts inlined functions behind their callers: a sample's own address counts as it is, one that returns less 1", async () => {
	const asked = new Set<number>();
	const symbols = symbolsWith((offset) => {
		asked.add(offset);
		return [
			{ name: "not shown", file: "/a.c", line: 1 },
			{ name: `inlined_${offset}`, file: "/a.c", line: 2 },
		];
	});
	const [plain, refined] = [await read(symbols, false), await read(symbols, true)];
	const without = (await folded(refined)).map((line) => line.replaceAll(/;inlined_\d+/g, ""));
	assert.deepEqual(counted(without), counted(await folded(plain)));
	const { frames, stacks, samples } = refined;
	for (const leaf of samples.stack) {
		for (let stack = leaf; stack > 0; stack = stacks.parent[stack]) {
			const { name, line } = frames[stacks.frame[stack]];
			const offset = Number(/^inlined_(\d+)$/.exec(name)?.[1]);
			if (Number.isNaN(offset)) continue;
			assert.equal(line, 2);
			assert.ok(asked.has(stack === leaf ? offset - 1 : offset + 1));
		}
	}
	assert.ok(asked.size > 10);
	assert.ok(!frames.some(({ name }) => name === "not shown"));
});

/** Folded stacks that have become the same are added up. */
function counted(lines: readonly string[]): Map<string, number> {
	const counts = new Map<string, number>();
	for (const line of lines) {
		const at = line.lastIndexOf(" ");
		counts.set(line.slice(0, at), (counts.get(line.slice(0, at)) ?? 0) + Number(line.slice(at + 1)));
	}
	return counts;
}
