import { closeSync, openSync, readFileSync, readSync } from "node:fs";
import { type ByteSource, sourceOf } from "../profile/symbols/elf.ts";

const VDSO = /^([0-9a-f]+)-([0-9a-f]+) .*\[vdso\]$/m;

/** The kernel maps the same code into every process; we have it, too. */
export function ownVdso(): ByteSource | undefined {
	const range = VDSO.exec(readFileSync("/proc/self/maps", "latin1"));
	if (range === null) return undefined;
	const start = Number.parseInt(range[1], 16);
	const bytes = new Uint8Array(Number.parseInt(range[2], 16) - start);
	const memory = openSync("/proc/self/mem", "r");
	try {
		readSync(memory, bytes, 0, bytes.length, start);
	} finally {
		closeSync(memory);
	}
	return sourceOf(bytes);
}
