import { buildIdOf } from "../profile/symbols/build-id.ts";
import { type Inlines, readInlines } from "../profile/symbols/dwarf/inlines.ts";
import { type ElfFile, readElf } from "../profile/symbols/elf.ts";
import type { SymbolizedFile } from "../profile/symbols/symbols.ts";
import { demangler } from "./demangler.ts";
import { debugFilesOf } from "./elf-symbols.ts";
import { type OpenedFile, openedFile } from "./opened-file.ts";
import { openInRoot } from "./rooted-file.ts";

/** Descriptors that are kept open at once. */
const MOST_OPEN = 64;
/** What those of one recording may take in memory; beyond that those are let go that were asked longest ago. */
const MOST_LOADED = 96 * 2 ** 20;
/** Where the other recordings have as much, a recording does without. */
const MOST_OF_OTHERS = 24 * 2 ** 20;
/** What each may take: what is compressed must be uncompressed as a whole. */
const LIMITS = { mostUncompressed: 64 * 2 ** 20, mostParsed: 32 * 2 ** 20 };

const NO_ROOM = new Error("the debug information of other recordings takes all the memory there is for it");

interface DebugFile {
	/** told to whoever reads the log */
	readonly path: string;
	/** as it was mapped: its addresses count from there */
	readonly loaded: ElfFile;
	/** where the debug information is */
	readonly debug: ElfFile;
}

/** Those of the recordings that run. */
const everybodys = new Set<InlineFiles>();
/** Reading a file takes several times what is kept of it, so that one is read at a time. */
let reading: Promise<unknown> = Promise.resolve();

/** The debug information of the files of one recording, which stay open for it. */
export class InlineFiles {
	readonly #onUnreadable: (path: string, reason: string) => void;
	readonly #open: OpenedFile[] = [];
	/** by use, the latest last */
	readonly #loaded = new Map<DebugFile, Inlines>();
	readonly #failed = new Set<DebugFile>();

	constructor(onUnreadable: (path: string, reason: string) => void) {
		this.#onUnreadable = onUnreadable;
		everybodys.add(this);
	}

	/**
	 * @param opened belongs to what is returned, where that is another object than `symbols`
	 * @param path as seen from the roots
	 * @returns the same names, with debug information where there is some
	 */
	addTo(
		symbols: SymbolizedFile | undefined,
		opened: OpenedFile,
		{ path, roots }: { path: string; roots: readonly string[] },
	): SymbolizedFile | undefined {
		if (this.#open.length >= MOST_OPEN) return symbols;
		const file = this.#find(opened, path, roots);
		if (file === undefined) return symbols;
		this.#open.push(opened);
		return { nameOf: (address) => symbols?.nameOf(address), inlines: () => this.#inlinesOf(file) };
	}

	close(): void {
		everybodys.delete(this);
		for (const opened of this.#open.splice(0)) opened.close();
		this.#loaded.clear();
	}

	#find(opened: OpenedFile, path: string, roots: readonly string[]): DebugFile | undefined {
		const loaded = readElf(opened);
		if (hasDebugInformation(loaded)) return { path, loaded, debug: loaded };
		for (const candidate of debugFilesOf(loaded, path)) {
			for (const root of roots) {
				const descriptor = openInRoot(root, candidate);
				if (descriptor === undefined) continue;
				const separate = openedFile(descriptor);
				const debug = debugFileOf(loaded, separate);
				if (debug !== undefined) {
					this.#open.push(separate);
					return { path, loaded, debug };
				}
				separate.close();
			}
		}
		return undefined;
	}

	/** @param file one after the other, not several at once */
	async #inlinesOf(file: DebugFile): Promise<Inlines | undefined> {
		if (this.#failed.has(file)) return undefined;
		const known = this.#loaded.get(file);
		this.#loaded.delete(file);
		const hasRoom = this.#makeRoom();
		const inlines = known ?? (hasRoom ? await this.#loadInTurn(file) : this.#fail(file, NO_ROOM));
		if (inlines !== undefined && everybodys.has(this)) this.#loaded.set(file, inlines);
		return inlines;
	}

	/** @returns whether other recordings leave any */
	#makeRoom(): boolean {
		for (const oldest of this.#loaded.keys()) {
			if (this.bytes <= MOST_LOADED) break;
			this.#loaded.delete(oldest);
		}
		let ofOthers = -this.bytes;
		for (const files of everybodys) ofOthers += files.bytes;
		return ofOthers < MOST_OF_OTHERS;
	}

	/** of what is kept of them */
	get bytes(): number {
		let bytes = 0;
		for (const inlines of this.#loaded.values()) bytes += inlines.bytes;
		return bytes;
	}

	#loadInTurn(file: DebugFile): Promise<Inlines | undefined> {
		const loaded = reading.then(() => (everybodys.has(this) ? this.#load(file) : undefined));
		reading = loaded;
		return loaded;
	}

	/** Never rejects. */
	async #load(file: DebugFile): Promise<Inlines | undefined> {
		if (!this.#makeRoom()) return this.#fail(file, NO_ROOM);
		try {
			const inlines = await readInlines(file, { demangle: demangler(), ...LIMITS });
			return inlines && this.#guarded(file, inlines);
		} catch (error) {
			return this.#fail(file, error);
		}
	}

	/** What turns out to be damaged is asked no more. */
	#guarded(file: DebugFile, inlines: Inlines): Inlines {
		const guard = <T>(ask: () => T): T | undefined => {
			if (this.#failed.has(file)) return undefined;
			try {
				return ask();
			} catch (error) {
				return this.#fail(file, error);
			}
		};
		return {
			get bytes() {
				return inlines.bytes;
			},
			framesAt: (address) => guard(() => inlines.framesAt(address)),
			*stepsTo(address) {
				const steps = inlines.stepsTo(address);
				for (;;) {
					const step = guard(() => steps.next());
					if (step === undefined) return undefined;
					if (step.done) return step.value;
					yield;
				}
			},
		};
	}

	#fail(file: DebugFile, error: unknown): undefined {
		this.#failed.add(file);
		this.#onUnreadable(file.path, (error as Error).message);
		return undefined;
	}
}

function hasDebugInformation({ sections }: ElfFile): boolean {
	return sections.some(({ name, size }) => name === ".debug_info" && size > 0);
}

/** @returns undefined: it has none, or belongs to another file */
function debugFileOf(loaded: ElfFile, separate: OpenedFile): ElfFile | undefined {
	try {
		const debug = readElf(separate);
		return hasDebugInformation(debug) && buildIdOf(debug) === buildIdOf(loaded) ? debug : undefined;
	} catch {
		return undefined;
	}
}
