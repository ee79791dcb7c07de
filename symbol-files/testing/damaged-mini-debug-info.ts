import type { ElfFile } from "../../profile/symbols/elf.ts";
import { readSymbolTable } from "../../profile/symbols/symbol-table.ts";
import { miniDebugInfo } from "../mini-debug-info.ts";

/** Decompresses damaged symbols and asks for names everywhere: they are read, or refused. */
export async function readDamagedMiniDebugInfo(compressed: Uint8Array<ArrayBuffer>): Promise<void> {
	const loaded = programWith(compressed);
	try {
		const debug = await miniDebugInfo(loaded);
		const symbols = debug && readSymbolTable({ loaded, debug }, (name) => name);
		for (let at = 0; at < 0x2000; at += 0x20) symbols?.nameOf(at);
	} catch (error) {
		// the decompressor throws errors of its own
		if (!(error instanceof Error) || error instanceof RangeError) throw error;
	}
}

function programWith(compressed: Uint8Array<ArrayBuffer>): ElfFile {
	const { buffer, byteOffset, byteLength } = compressed;
	const place = { type: 1, flags: 0, address: 0, offset: 0, size: byteLength, link: 0, entrySize: 0 };
	return {
		source: { size: byteLength, read: () => compressed },
		is64: true,
		sections: [{ name: ".gnu_debugdata", ...place }],
		segments: [{ offset: 0, fileSize: 0x2000, address: 0 }],
		bytesOf: () => new DataView(buffer, byteOffset, byteLength),
	};
}
