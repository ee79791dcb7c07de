import { ElfError } from "../elf.ts";

/** A piece of a section. */
export interface Window {
	readonly view: DataView<ArrayBuffer>;
	/** where in the section it begins and ends */
	readonly start: number;
	readonly end: number;
}

/** So much is read at once: most of what is asked for next stands nearby. */
const WINDOW = 16 * 1024;
/** Windows of a section that are kept: names and lists of ranges are asked for in no order. */
const WINDOWS = 64;
/** The longest text: templates make names of some ten thousand characters. */
const LONGEST_TEXT = 256 * 1024;

/** A section of debug information, of which pieces are read as they are needed. */
export class DebugSection {
	readonly name: string;
	readonly size: number;
	readonly bytes: number;
	readonly #read: (offset: number, length: number) => Uint8Array<ArrayBuffer>;
	/** by the number of WINDOW bytes before them */
	readonly #windows = new Map<number, Window>();

	/** @param bytes what it takes in memory where it is not read from the file */
	constructor(
		{ name, size, bytes = 0 }: { name: string; size: number; bytes?: number },
		read: (offset: number, length: number) => Uint8Array<ArrayBuffer>,
	) {
		this.name = name;
		this.size = size;
		this.bytes = bytes;
		this.#read = read;
	}

	/** @returns a piece with at least so many bytes from `offset` on @throws ElfError when there are not as many */
	window(offset: number, atLeast: number): Window {
		const number = Math.floor(offset / WINDOW);
		const known = this.#windows.get(number);
		if (known !== undefined && offset + atLeast <= known.end) return known;
		const rest = this.size - offset;
		if (!(offset >= 0 && atLeast <= rest)) throw new ElfError(`${this.name} has nothing at ${offset}`);
		const start = number * WINDOW;
		const bytes = this.#read(start, Math.min(Math.max(WINDOW, offset + atLeast - start), this.size - start));
		const end = start + bytes.length;
		if (end < offset + atLeast) throw new ElfError(`${this.name} is cut off`);
		const window = { view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), start, end };
		if (end - start === WINDOW) this.#keep(number, window);
		return window;
	}

	#keep(number: number, window: Window): void {
		if (this.#windows.size >= WINDOWS) this.#windows.clear();
		this.#windows.set(number, window);
	}

	/** @returns what stands at an offset, up to its 0; a text that is absurdly long is cut @throws ElfError */
	textAt(offset: number): string {
		if (!(offset < this.size)) throw new ElfError(`${this.name} has no text at ${offset}`);
		const rest = Math.min(this.size - offset, LONGEST_TEXT);
		for (let length = 256; ; length *= 16) {
			const { view, start } = this.window(offset, Math.min(length, rest));
			const bytes = new Uint8Array(
				view.buffer,
				view.byteOffset + offset - start,
				view.byteLength - offset + start,
			);
			const end = bytes.indexOf(0);
			if (end !== -1) return UTF8.decode(bytes.subarray(0, end));
			if (length >= rest) return UTF8.decode(bytes.subarray(0, rest));
		}
	}
}

const UTF8 = new TextDecoder();
