import { openSync } from "node:fs";
import { type InlinedFrame, readInlines } from "../../profile/symbols/dwarf/inlines.ts";
import { type ElfSection, readElf } from "../../profile/symbols/elf.ts";
import { readSymbolTable } from "../../profile/symbols/symbol-table.ts";
import { openedFile } from "../../symbol-files/opened-file.ts";
import { run } from "./samples.ts";

/** What is said of one address: by us with the function first, by addr2line likewise once it is read. */
export interface Place {
	readonly address: number;
	/** the symbol that covers it; undefined: between functions */
	readonly symbol: string | undefined;
	readonly frames: readonly InlinedFrame[];
}

/** What we say of addresses all over a program's code. */
export async function ourPlaces(file: string, count: number): Promise<Place[]> {
	const opened = openedFile(openSync(file, "r"));
	try {
		const loaded = readElf(opened);
		const text = loaded.sections.find(({ name }) => name === ".text") as ElfSection;
		const inlines = await readInlines({ loaded }, { demangle: (name) => name });
		const symbols = readSymbolTable({ loaded }, (name) => name);
		const step = Math.max(1, Math.floor(text.size / count));
		const places: Place[] = [];
		for (let at = 0; at < text.size; at += step) {
			const offset = text.offset + at;
			const frames = inlines?.framesAt(offset) ?? [];
			places.push({ address: text.address + at, symbol: symbols?.nameOf(offset), frames });
		}
		return places;
	} finally {
		opened.close();
	}
}

/** What addr2line says of the same addresses. */
export async function framesOfAddr2line(file: string, places: readonly Place[]): Promise<InlinedFrame[][]> {
	const found: InlinedFrame[][] = [];
	const addresses = places.map(({ address }) => address.toString(16));
	// as arguments, of which a command can have some thousand
	for (let at = 0; at < addresses.length; at += 1000) {
		const text = await run("addr2line", ["-a", "-i", "-f", "-e", file, ...addresses.slice(at, at + 1000)]);
		for (const block of text.split(/^0x[0-9a-f]+\n/m).slice(1)) found.push(framesOf(block));
	}
	return found;
}

function framesOf(block: string): InlinedFrame[] {
	const lines = block.trim().split("\n");
	const frames: InlinedFrame[] = [];
	for (let at = 0; at + 1 < lines.length; at += 2) {
		const [, file, line] = /^(.*):(\d+|\?)/.exec(lines[at + 1]) ?? [];
		frames.push({ name: lines[at].replace("??", ""), file, line: Number(line) || 0 });
	}
	return frames.reverse();
}

/** @returns why an address that is told of differently is right all the same; "" where it is told the same; undefined: nobody knows */
export function explain({ symbol, frames }: Place, theirs: readonly InlinedFrame[]): string | undefined {
	if (symbol === undefined) return "filling between functions: no instruction is there";
	if (frames.every(({ line }) => line === 0) && theirs.every(({ line }) => line === 0)) return "";
	if (frames.length !== theirs.length) return undefined;
	const reasons = new Set<string>();
	for (const [depth, frame] of frames.entries()) {
		if (!isSameLine(frame, theirs[depth])) return undefined;
		const reason = explainName(frame.name, theirs[depth].name, symbol);
		if (reason === undefined) return undefined;
		if (reason !== "") reasons.add(reason);
	}
	return [...reasons].join(", ");
}

function isSameLine(ours: InlinedFrame, theirs: InlinedFrame): boolean {
	return ours.line === theirs.line && (ours.line === 0 || ours.file === theirs.file);
}

function explainName(ours: string, theirs: string, symbol: string): string | undefined {
	if (ours === theirs) return "";
	if (ours.endsWith(`::${theirs}`)) return "we name the namespace, too";
	if (theirs !== symbol) return undefined;
	if (symbol.startsWith(`${ours}.`)) return "addr2line names a part of a function by its symbol";
	return /^_[ZR]/.test(ours) ? undefined : "addr2line names by the symbol what has no mangled name";
}
