import { ZstdDecoder } from "../../read/zstd/zstd-decoder.ts";
import { ElfError, type ElfFile, type ElfSection, number64, SECTION_TYPE } from "../elf.ts";
import { DebugSection } from "./debug-section.ts";

/** The sections with debug information; those that a file does not have are empty. */
export interface DebugSections {
	readonly info: DebugSection;
	readonly abbreviations: DebugSection;
	readonly text: DebugSection;
	readonly lines: DebugSection;
	readonly lineText: DebugSection;
	readonly textOffsets: DebugSection;
	readonly addresses: DebugSection;
	/** before version 5 */
	readonly ranges: DebugSection;
	readonly rangeLists: DebugSection;
}

const NAMES: Readonly<Record<keyof DebugSections, string>> = {
	info: ".debug_info",
	abbreviations: ".debug_abbrev",
	text: ".debug_str",
	lines: ".debug_line",
	lineText: ".debug_line_str",
	textOffsets: ".debug_str_offsets",
	addresses: ".debug_addr",
	ranges: ".debug_ranges",
	rangeLists: ".debug_rnglists",
};

const SHF_COMPRESSED = 0x800;
/** So much smaller zlib makes what is all zeros; whoever claims more wants memory. */
const MOST_RATIO = 1032;
/** What is given to the decoder of zstd at once: what comes out may be far more. */
const PIECE = 16 * 1024;
const COMPRESSION = { zlib: 1, zstd: 2 } as const;

/**
 * @param mostBytes what compressed sections may become in memory, all together; what is not compressed stays in the file
 * @returns undefined: the file has no debug information
 * @throws ElfError
 */
export async function openDebugSections(elf: ElfFile, mostBytes: number): Promise<DebugSections | undefined> {
	const byName = new Map(elf.sections.map((section) => [section.name, section]));
	if (!hasBytes(byName.get(NAMES.info)) || !hasBytes(byName.get(NAMES.abbreviations))) return undefined;
	let left = mostBytes;
	const opened: Partial<Record<keyof DebugSections, DebugSection>> = {};
	for (const [key, name] of Object.entries(NAMES)) {
		const section = byName.get(name);
		const isCompressed = hasBytes(section) && Math.floor(section.flags / SHF_COMPRESSED) % 2 === 1;
		const bytes = isCompressed ? await uncompressed(elf, section, left) : undefined;
		left -= bytes?.length ?? 0;
		opened[key as keyof DebugSections] = debugSection(elf, name, bytes ?? section);
	}
	return opened as Record<keyof DebugSections, DebugSection>;
}

function hasBytes(section: ElfSection | undefined): section is ElfSection {
	return section !== undefined && section.type !== SECTION_TYPE.noBits && section.size > 0;
}

function debugSection(
	elf: ElfFile,
	name: string,
	content: Uint8Array<ArrayBuffer> | ElfSection | undefined,
): DebugSection {
	if (content instanceof Uint8Array) {
		const size = content.length;
		return new DebugSection({ name, size, bytes: size }, (offset, length) =>
			content.subarray(offset, offset + length),
		);
	}
	if (!hasBytes(content)) return new DebugSection({ name, size: 0 }, () => new Uint8Array());
	const { offset: start, size } = content;
	if (start > elf.source.size || size > elf.source.size - start) {
		throw new ElfError(`its section ${name} does not lie inside of it`);
	}
	return new DebugSection({ name, size }, (offset, length) => elf.source.read(start + offset, length));
}

/** @throws ElfError when it is larger than it says, or than it may be */
async function uncompressed(
	elf: ElfFile,
	section: ElfSection,
	mostBytes: number,
): Promise<Uint8Array<ArrayBuffer>> {
	const packed = elf.bytesOf(section);
	const headerBytes = elf.is64 ? 24 : 12;
	if (packed.byteLength < headerBytes) throw new ElfError(`its section ${section.name} is cut off`);
	const type = packed.getUint32(0, true);
	const size = elf.is64 ? number64(packed, 8) : packed.getUint32(4, true);
	if (size > mostBytes)
		throw new ElfError(`its debug information is too large: ${size} bytes of ${section.name}`);
	if (size > MOST_RATIO * packed.byteLength)
		throw new ElfError(`its section ${section.name} claims ${size} bytes`);
	const body = new Uint8Array(
		packed.buffer,
		packed.byteOffset + headerBytes,
		packed.byteLength - headerBytes,
	);
	const filled = new Filled(size);
	try {
		if (type === COMPRESSION.zlib) await inflateInto(filled, body);
		else if (type === COMPRESSION.zstd) await decompressInto(filled, body);
		else throw new ElfError(`compression ${type} is not known`);
		return filled.whole();
	} catch (error) {
		throw new ElfError(`its section ${section.name} cannot be uncompressed: ${(error as Error).message}`);
	}
}

async function inflateInto(filled: Filled, body: Uint8Array<ArrayBuffer>): Promise<void> {
	for await (const piece of new Blob([body]).stream().pipeThrough(new DecompressionStream("deflate"))) {
		filled.push(piece);
	}
}

async function decompressInto(filled: Filled, body: Uint8Array<ArrayBuffer>): Promise<void> {
	const decoder = new ZstdDecoder((piece) => filled.push(piece));
	for (let at = 0; at < body.length; at += PIECE) {
		decoder.push(body.subarray(at, at + PIECE));
		// others get a turn now and then
		if (at % (32 * PIECE) === 0) await new Promise((resolve) => void setTimeout(resolve));
	}
	decoder.end();
}

/** As many bytes as were announced, filled piece by piece. */
class Filled {
	readonly #bytes: Uint8Array<ArrayBuffer>;
	#length = 0;

	constructor(size: number) {
		this.#bytes = new Uint8Array(size);
	}

	push(piece: Uint8Array): void {
		if (this.#length + piece.length > this.#bytes.length) throw new ElfError("it is larger than it says");
		this.#bytes.set(piece, this.#length);
		this.#length += piece.length;
	}

	whole(): Uint8Array<ArrayBuffer> {
		if (this.#length < this.#bytes.length) throw new ElfError("it is smaller than it says");
		return this.#bytes;
	}
}
