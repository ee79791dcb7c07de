import { readInlines } from "../symbols/dwarf/inlines.ts";
import { ElfError, readElf, sourceOf } from "../symbols/elf.ts";

/** Offsets that are asked for: all of the code of `symbols/dwarf/fixtures`. */
const CODE = { start: 0xa0, end: 0x100 } as const;

/** Reads damaged debug information and asks for every address of the code: it is read, or refused. */
export async function readDamagedDwarf(bytes: Uint8Array<ArrayBuffer>): Promise<void> {
	try {
		const loaded = readElf(sourceOf(bytes));
		const inlines = await readInlines({ loaded }, { demangle: (name) => name });
		for (let at = CODE.start; at < CODE.end; at++) inlines?.framesAt(at);
	} catch (error) {
		if (!(error instanceof ElfError)) throw error;
	}
}
