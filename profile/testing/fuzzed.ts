import { ProfileBuilder } from "../builder.ts";
import { ProfileFormatError } from "../model.ts";
import { PerfDataReader } from "../read/perf-data/reader.ts";
import { perfValueTypes } from "../read/perf-script.ts";
import { buildIdOf } from "../symbols/build-id.ts";
import { debugLinkOf } from "../symbols/debug-link.ts";
import { ElfError, readElf } from "../symbols/elf.ts";
import { readSymbolTable } from "../symbols/symbol-table.ts";
import type { Symbols } from "../symbols/symbols.ts";

/** No names: what is fuzzed is the reader. */
export const NO_SYMBOLS: Symbols = {
	open: () => undefined,
	jitName: () => undefined,
	kernelName: () => undefined,
};

function check(holds: boolean, otherwise: string): void {
	if (!holds) throw new Error(otherwise);
}

/** Longest that one damaged input may take. */
const LONGEST_MILLISECONDS = 1000;

/** Reads damaged perf.data in pieces: it is read, or refused with the place. */
export function readDamagedPerfData(bytes: Uint8Array, pieceLength: number): void {
	const builder = new ProfileBuilder({ valueTypes: perfValueTypes("cpu-clock") });
	const reader = new PerfDataReader({ builder, symbols: NO_SYMBOLS });
	const begun = performance.now();
	try {
		for (let at = 0; at < bytes.length; at += pieceLength) reader.push(bytes.subarray(at, at + pieceLength));
		reader.end();
	} catch (error) {
		if (!(error instanceof ProfileFormatError)) throw error;
		check(error.offset >= 0 && error.offset <= bytes.length, `offset ${error.offset}`);
	}
	check(builder.sampleCount === reader.samples, "samples are counted twice or never");
	check(performance.now() - begun < LONGEST_MILLISECONDS, "it took too long");
}

/** Reads a damaged ELF file and asks for a name on every page: it is read, or refused. */
export function readDamagedElf(bytes: Uint8Array<ArrayBuffer>): void {
	const begun = performance.now();
	const read = (offset: number, length: number) => bytes.slice(offset, offset + length);
	try {
		const loaded = readElf({ size: bytes.length, read });
		buildIdOf(loaded);
		debugLinkOf(loaded);
		const symbols = readSymbolTable({ loaded }, (name) => name);
		for (let at = 0; at < 0x8000; at += 0x88) symbols?.nameOf(at);
	} catch (error) {
		if (!(error instanceof ElfError)) throw error;
	}
	check(performance.now() - begun < LONGEST_MILLISECONDS, "it took too long");
}
