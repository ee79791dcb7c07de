import type { MappedFile } from "../profile/read/perf-data/mappings.ts";
import { readSymbolTable } from "../profile/symbols/symbol-table.ts";
import type { SymbolizedFile } from "../profile/symbols/symbols.ts";
import type { Debuginfod } from "./debuginfod.ts";
import { demangler } from "./demangler.ts";
import { type FoundSymbols, symbolsOfDebugFile } from "./elf-symbols.ts";
import { hasMiniDebugInfo, miniDebugInfo } from "./mini-debug-info.ts";
import type { OpenedFile } from "./opened-file.ts";

export interface LateSymbolsOptions {
	/** absent: nobody is asked */
	readonly debuginfod?: Debuginfod | undefined;
	/** Is there memory for more names? Default: always. */
	readonly hasRoom?: () => boolean;
	/** told of what is there and cannot be read */
	readonly onUnreadable: (path: string, reason: string) => void;
}

type Stripped = NonNullable<FoundSymbols["stripped"]>;

/** How long the end of a recording waits for names that are under way. */
const LONGEST_WAIT = 15_000;
/** What all questions of one recording may take together. */
const LONGEST_ASKING = 120_000;
/** Files that wait at once; each holds a descriptor. */
const MOST_WAITING = 128;

/** Names of stripped files that are somewhere, but not at hand: of one recording. */
export class LateSymbols {
	readonly #options: LateSymbolsOptions;
	readonly #waiting = new Set<Promise<void>>();
	readonly #improved = new Set<ImprovingSymbols>();
	readonly #stop = new AbortController();
	/** one after the other: what is compressed must be in memory as a whole */
	#decompressing: Promise<unknown> = Promise.resolve();
	/** one question after the other */
	#asking: Promise<unknown> = Promise.resolve();
	#askingMilliseconds = 0;
	#bytes = 0;

	constructor(options: LateSymbolsOptions) {
		this.#options = options;
	}

	/** What has become more, in memory. */
	get bytes(): number {
		return this.#bytes;
	}

	/** May there be more names of this file than were found at once? */
	isPromising({ loaded, buildId }: Stripped): boolean {
		const mayAsk = this.#options.debuginfod !== undefined && buildId !== undefined;
		return (mayAsk || hasMiniDebugInfo(loaded)) && this.#waiting.size < MOST_WAITING;
	}

	/**
	 * Begins to look for them.
	 * @param file closed when it is done
	 * @returns the names that are known, more of them later on
	 */
	improve(path: string, file: OpenedFile, found: FoundSymbols & { stripped: Stripped }): ImprovingSymbols {
		const improving = new ImprovingSymbols(found.symbols);
		const task = this.#find(path, found.stripped)
			.then((symbols) => {
				if (symbols === undefined) return;
				this.#bytes += (symbols.bytes ?? 0) - (improving.symbols?.bytes ?? 0);
				improving.symbols = symbols;
				this.#improved.add(improving);
			})
			.catch((error: Error) => this.#options.onUnreadable(path, error.message))
			.finally(() => {
				file.close();
				this.#waiting.delete(task);
			});
		this.#waiting.add(task);
		return improving;
	}

	/** @returns the files whose names have become more since it was last asked */
	improved(): MappedFile[] {
		const files = [...this.#improved].flatMap(({ files }) => [...files]);
		this.#improved.clear();
		return files;
	}

	/** Resolves when nothing is under way any more; what takes too long by now is given up. */
	async settled(): Promise<void> {
		const patience = setTimeout(() => this.#stop.abort(), LONGEST_WAIT);
		await Promise.all(this.#waiting);
		clearTimeout(patience);
	}

	/** Gives up whatever is under way. */
	close(): void {
		this.#stop.abort();
	}

	async #find(path: string, stripped: Stripped): Promise<SymbolizedFile | undefined> {
		const decompressed = this.#decompressing.then(() => this.#decompress(stripped));
		this.#decompressing = decompressed.catch(() => undefined);
		try {
			const symbols = await decompressed;
			if (symbols !== undefined) return symbols;
		} catch (error) {
			this.#options.onUnreadable(path, `its compressed symbols are damaged (${(error as Error).message})`);
		}
		const answer = this.#asking.then(() => this.#ask(path, stripped));
		this.#asking = answer.catch(() => undefined);
		return answer;
	}

	async #decompress({ loaded }: Stripped): Promise<SymbolizedFile | undefined> {
		if (this.#stop.signal.aborted || !this.#hasRoom()) return undefined;
		const debug = await miniDebugInfo(loaded);
		return debug && readSymbolTable({ loaded, debug }, demangler());
	}

	#hasRoom(): boolean {
		return this.#options.hasRoom?.() ?? true;
	}

	async #ask(path: string, { loaded, buildId }: Stripped): Promise<SymbolizedFile | undefined> {
		const { debuginfod, onUnreadable } = this.#options;
		const { signal } = this.#stop;
		if (debuginfod === undefined || buildId === undefined || signal.aborted) return undefined;
		if (this.#askingMilliseconds > LONGEST_ASKING || !this.#hasRoom()) return undefined;
		const begun = performance.now();
		const onFailure = (reason: string) => onUnreadable(path, reason);
		const descriptor = await debuginfod.find(buildId, { signal, onFailure });
		this.#askingMilliseconds += performance.now() - begun;
		return symbolsOfDebugFile(descriptor, { loaded, buildId, demangle: demangler() });
	}
}

/** Names of one file, which become more. */
export class ImprovingSymbols implements SymbolizedFile {
	symbols: SymbolizedFile | undefined;
	/** who was given them */
	readonly files = new Set<MappedFile>();

	constructor(symbols: SymbolizedFile | undefined) {
		this.symbols = symbols;
	}

	nameOf(address: number): string | undefined {
		return this.symbols?.nameOf(address);
	}
}
