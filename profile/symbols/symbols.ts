import type { MappedFile } from "../read/perf-data/mappings.ts";

/** The names in one file. */
export interface SymbolizedFile {
	/** @param address offset in the file; @returns undefined: no symbol covers it */
	nameOf(address: number): string | undefined;
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
	/** the name of code that a JIT compiler made */
	jitName(pid: number, address: number): string | undefined;
	/** @param address negative, as the upper half of the address space is */
	kernelName(address: number): { name: string; module: string } | undefined;
}
