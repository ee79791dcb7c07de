import { readFileSync } from "node:fs";
import { readElf } from "../profile/symbols/elf.ts";
import { type KernelSymbols, parseKallsyms } from "../profile/symbols/kallsyms.ts";
import { readSymbolTable } from "../profile/symbols/symbol-table.ts";
import type { SymbolizedFile } from "../profile/symbols/symbols.ts";
import { demangler } from "./demangler.ts";
import { SharedValues } from "./shared-values.ts";
import { ownVdso } from "./vdso.ts";

const kernel = new SharedValues<KernelSymbols>();

/** @returns undefined: the kernel hides them */
export function kernelSymbols(): KernelSymbols | undefined {
	return kernel.get("", readKernelSymbols);
}

function readKernelSymbols(): KernelSymbols | undefined {
	try {
		return parseKallsyms(readFileSync("/proc/kallsyms"));
	} catch {
		return undefined;
	}
}

/** Names in the code that the kernel lends to every process. */
export function readVdso(): SymbolizedFile | undefined {
	try {
		const source = ownVdso();
		return source && readSymbolTable({ loaded: readElf(source) }, demangler());
	} catch {
		return undefined;
	}
}
