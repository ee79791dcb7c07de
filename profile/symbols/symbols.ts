import type { MappedFile } from "../read/perf-data/mappings.ts";
import type { Inlines } from "./dwarf/inlines.ts";

/** The names in one file. */
export interface SymbolizedFile {
	/** @param address offset in the file; @returns undefined: no symbol covers it */
	nameOf(address: number): string | undefined;
	/** what it takes in memory, at least */
	readonly bytes?: number;
	/**
	 * Opens its debug information; to be called again for each batch of addresses, since it is not kept for ever. Absent: it
	 * has none. Never rejects, and what it resolves to never throws. Undefined: it cannot be read.
	 */
	inlines?(): Promise<Inlines | undefined>;
}

/** Where a reader of addresses gets names from; whoever hands it in knows how files are reached. */
export interface Symbols {
	/**
	 * Called as soon as a process is heard to have mapped a file, which may be long before the first sample there: now it
	 * most likely still lives.
	 * @param file the same object whoever maps it
	 */
	mapped?(file: MappedFile, pid: number): void;
	/** Called once a file, when its first sample is read. @returns undefined: it cannot be read */
	open(file: MappedFile): SymbolizedFile | undefined;
	/**
	 * Called before samples are read. Some names take their time: they are fetched, or decompressed, and no sample waits.
	 * @returns what `open` was called with, once more for each time that its names have become more; never many
	 */
	improved?(): Iterable<MappedFile>;
	/** Resolves when no names are under way any more, which takes some seconds at most; never rejects. */
	settled?(): Promise<void>;
	/** the name of code that a JIT compiler made */
	jitName(pid: number, address: number): string | undefined;
	/** @param address negative, as the upper half of the address space is */
	kernelName(address: number): { name: string; module: string } | undefined;
}
