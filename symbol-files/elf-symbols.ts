import type { MappedFile } from "../profile/read/perf-data/mappings.ts";
import { buildIdOf } from "../profile/symbols/build-id.ts";
import { debugLinkOf } from "../profile/symbols/debug-link.ts";
import type { Demangle } from "../profile/symbols/demangle.ts";
import { ElfError, type ElfFile, readElf } from "../profile/symbols/elf.ts";
import { hasFullSymbols } from "../profile/symbols/elf-symbols.ts";
import { readSymbolTable } from "../profile/symbols/symbol-table.ts";
import type { SymbolizedFile } from "../profile/symbols/symbols.ts";
import { type OpenedFile, openedFile } from "./opened-file.ts";
import { openInRoot } from "./rooted-file.ts";
import { SharedValues } from "./shared-values.ts";

const DEBUG_FOLDER = "/usr/lib/debug";

/** By the file's identity. Those of other files are not shared: each target has its own, and nobody vouches for them. */
const ownSymbols = new SharedValues<SymbolizedFile>();

export interface FoundSymbols {
	/** undefined: none were found */
	readonly symbols: SymbolizedFile | undefined;
	/** the mapped file, where it has no full symbol table and none was found that belongs to it */
	readonly stripped?: { readonly loaded: ElfFile; readonly buildId: string | undefined };
}

/**
 * The symbols of a program or library: its own, or those of a file of debug information that belongs to it.
 * @param roots folders below which debug files are looked for: the target's, then our own
 * @param mapped its path, as seen from the target's root, and what is known of it
 * @throws ElfError, or what reading throws
 */
export function symbolsOfElf(
	file: OpenedFile,
	mapped: Pick<MappedFile, "path" | "buildId">,
	{ roots, demangle }: { roots: readonly string[]; demangle: Demangle },
): FoundSymbols {
	const loaded = readElf(file);
	const buildId = buildIdOf(loaded);
	if (mapped.buildId !== "" && buildId !== undefined && !sameBuildId(buildId, mapped.buildId)) {
		throw new ElfError("another file lies there by now");
	}
	if (hasFullSymbols(loaded)) {
		return { symbols: ownSymbols.get(file.identity, () => readSymbolTable({ loaded }, demangle)) };
	}
	for (const candidate of debugFilesOf(loaded, mapped.path)) {
		for (const root of roots) {
			const symbols = symbolsOfDebugFile(openInRoot(root, candidate), { loaded, buildId, demangle });
			if (symbols !== undefined) return { symbols };
		}
	}
	return { symbols: readSymbolTable({ loaded }, demangle), stripped: { loaded, buildId } };
}

export interface DebugFileOf {
	readonly loaded: ElfFile;
	readonly buildId: string | undefined;
	readonly demangle: Demangle;
}

/**
 * @param descriptor of what may be the file's debug information; closed
 * @returns undefined: it is none, or another file's
 */
export function symbolsOfDebugFile(
	descriptor: number | undefined,
	{ loaded, buildId, demangle }: DebugFileOf,
): SymbolizedFile | undefined {
	if (descriptor === undefined) return undefined;
	const opened = openedFile(descriptor);
	try {
		const debug = readElf(opened);
		if (!hasFullSymbols(debug) || buildIdOf(debug) !== buildId) return undefined;
		return readSymbolTable({ loaded, debug }, demangle);
	} catch {
		return undefined;
	} finally {
		opened.close();
	}
}

/** perf fills shorter ones up to 20 bytes with zeros. */
function sameBuildId(a: string, b: string): boolean {
	return a.padEnd(40, "0") === b.padEnd(40, "0");
}

/** @returns where its debug information may be, the likeliest first */
export function debugFilesOf(elf: ElfFile, path: string): string[] {
	const places: string[] = [];
	const buildId = buildIdOf(elf);
	if (buildId !== undefined && buildId.length > 2) {
		places.push(`${DEBUG_FOLDER}/.build-id/${buildId.slice(0, 2)}/${buildId.slice(2)}.debug`);
	}
	const link = debugLinkOf(elf);
	if (link !== undefined) {
		const folder = path.slice(0, path.lastIndexOf("/"));
		places.push(`${folder}/${link}`, `${folder}/.debug/${link}`, `${DEBUG_FOLDER}${folder}/${link}`);
	}
	return places;
}
