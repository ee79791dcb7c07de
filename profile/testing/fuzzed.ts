import { ProfileBuilder } from "../builder.ts";
import { ProfileFormatError } from "../model.ts";
import { PerfDataReader } from "../read/perf-data/reader.ts";
import { perfValueTypes } from "../read/perf-script.ts";
import { buildIdOf } from "../symbols/build-id.ts";
import { debugLinkOf } from "../symbols/debug-link.ts";
import { ElfError, readElf, sourceOf } from "../symbols/elf.ts";
import { readSymbolTable } from "../symbols/symbol-table.ts";
import type { Symbols } from "../symbols/symbols.ts";
import { goProgram } from "./go-function-table.ts";

/** No names: what is fuzzed is the reader. */
export const NO_SYMBOLS: Symbols = {
	open: () => undefined,
	jitName: () => undefined,
	kernelName: () => undefined,
};

function check(holds: boolean, otherwise: string): void {
	if (!holds) throw new Error(otherwise);
}

/** Reads damaged perf.data in pieces: it is read, or refused with the place. */
export function readDamagedPerfData(bytes: Uint8Array, pieceLength: number): void {
	const builder = new ProfileBuilder({ valueTypes: perfValueTypes("cpu-clock") });
	const reader = new PerfDataReader({ builder, symbols: NO_SYMBOLS });
	try {
		for (let at = 0; at < bytes.length; at += pieceLength) reader.push(bytes.subarray(at, at + pieceLength));
		reader.end();
	} catch (error) {
		if (!(error instanceof ProfileFormatError)) throw error;
		check(error.offset >= 0 && error.offset <= bytes.length, `offset ${error.offset}`);
	}
	check(builder.sampleCount === reader.samples, "samples are counted twice or never");
}

/** Reads the damaged function table of a Go program, and asks for names everywhere: there are some, or none. */
export function readDamagedGoTable(table: Uint8Array<ArrayBuffer>): void {
	const symbols = readSymbolTable({ loaded: goProgram(table) }, (name) => name);
	for (let at = 0; at < 0x3000; at += 0x10) symbols?.nameOf(at);
}

/** Reads a damaged ELF file and asks for a name on every page: it is read, or refused. */
export function readDamagedElf(bytes: Uint8Array<ArrayBuffer>): void {
	try {
		const loaded = readElf(sourceOf(bytes));
		buildIdOf(loaded);
		debugLinkOf(loaded);
		const symbols = readSymbolTable({ loaded }, (name) => name);
		for (let at = 0; at < 0x8000; at += 0x88) symbols?.nameOf(at);
	} catch (error) {
		if (!(error instanceof ElfError)) throw error;
	}
}
