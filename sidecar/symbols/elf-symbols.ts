import type { MappedFile } from "../../profile/read/perf-data/mappings.ts";
import { buildIdOf } from "../../profile/symbols/build-id.ts";
import { debugLinkOf } from "../../profile/symbols/debug-link.ts";
import type { Demangle } from "../../profile/symbols/demangle.ts";
import { type ElfFile, readElf, SECTION_TYPE } from "../../profile/symbols/elf.ts";
import { readSymbolTable } from "../../profile/symbols/symbol-table.ts";
import type { SymbolizedFile } from "../../profile/symbols/symbols.ts";
import { type OpenedFile, openedFile } from "./opened-file.ts";
import { openInRoot } from "./rooted-file.ts";

const DEBUG_FOLDER = "/usr/lib/debug";

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
): SymbolizedFile | undefined {
	const loaded = readElf(file);
	const buildId = buildIdOf(loaded);
	// another file lies there by now
	if (mapped.buildId !== "" && buildId !== undefined && !sameBuildId(buildId, mapped.buildId))
		return undefined;
	if (hasSymbols(loaded)) return readSymbolTable({ loaded }, demangle);
	for (const candidate of debugFilesOf(loaded, mapped.path)) {
		for (const root of roots) {
			const descriptor = openInRoot(root, candidate);
			if (descriptor === undefined) continue;
			const opened = openedFile(descriptor);
			try {
				const debug = readElf(opened);
				if (hasSymbols(debug) && buildIdOf(debug) === buildId)
					return readSymbolTable({ loaded, debug }, demangle);
			} catch {
				// what lies there is none of ours: the next place may have it
			} finally {
				opened.close();
			}
		}
	}
	return readSymbolTable({ loaded }, demangle);
}

/** perf fills shorter ones up to 20 bytes with zeros. */
function sameBuildId(a: string, b: string): boolean {
	return a.padEnd(40, "0") === b.padEnd(40, "0");
}

function hasSymbols(elf: ElfFile): boolean {
	return elf.sections.some(({ type }) => type === SECTION_TYPE.symbols);
}

function debugFilesOf(elf: ElfFile, path: string): string[] {
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
