import type { ElfFile } from "./elf.ts";
import { textAt } from "./elf.ts";

/** A name, a checksum. */
const MOST_BYTES = 4096;

/** @returns the name of the file with the debug information, as `.gnu_debuglink` has it. @throws ElfError */
export function debugLinkOf(elf: ElfFile): string | undefined {
	const section = elf.sections.find(({ name }) => name === ".gnu_debuglink");
	if (section !== undefined && section.size > MOST_BYTES) return undefined;
	const name = section && textAt(elf.bytesOf(section), 0);
	// a name, not a path: it may not lead anywhere else
	return name && !name.includes("/") && name !== "." && name !== ".." ? name : undefined;
}
