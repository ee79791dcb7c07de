import type { MappedFile } from "../profile/read/perf-data/mappings.ts";
import { moduleOf } from "../profile/read/perf-frame.ts";
import { ElfError } from "../profile/symbols/elf.ts";
import type { KernelSymbols } from "../profile/symbols/kallsyms.ts";
import type { SymbolizedFile, Symbols } from "../profile/symbols/symbols.ts";
import type { Debuginfod } from "./debuginfod.ts";
import { demangler } from "./demangler.ts";
import { symbolsOfElf } from "./elf-symbols.ts";
import { InlineFiles } from "./inline-files.ts";
import { kernelSymbols, readVdso } from "./kernel-symbols.ts";
import { ImprovingSymbols, LateSymbols } from "./late-symbols.ts";
import { openMapped, rootOf } from "./mapped-file.ts";
import { type OpenedFile, openedFile } from "./opened-file.ts";

export interface TargetSymbolsOptions {
	/** names of code that a JIT compiler made */
	readonly jitName: (pid: number, address: number) => string | undefined;
	/** Folders in which a file is looked for when the one that mapped it is gone, the likeliest first. */
	readonly otherRoots?: readonly string[];
	/** The recording was made earlier: its processes are not looked at, their numbers may be others' by now. */
	readonly isPast?: boolean;
	/** asked for the debug information of files that are stripped; default: nobody is */
	readonly debuginfod?: Debuginfod | undefined;
	/** What the names of all files may take in memory, in bytes; files that come after that have none. Default 192 MiB. */
	readonly mostBytes?: number;
	/** keep files open whose debug information tells what was inlined; default false */
	readonly inlines?: boolean;
	/** told of debug information that cannot be read, once a file */
	readonly onUnreadableInlines?: (path: string, reason: string) => void;
	/** told of what cannot be read, once a file */
	readonly onUnreadable?: (path: string, reason: string) => void;
}

export interface TargetSymbols extends Symbols {
	improved(): Iterable<MappedFile>;
	settled(): Promise<void>;
	/** Closes the files that are open; what has no name by now gets none. */
	close(): void;
}

/** Files that wait for their first sample: descriptors that may be open at once. */
const MOST_OPEN = 256;
/** Those of the largest browsers take 80 MB. */
const MOST_BYTES = 192 * 2 ** 20;
/** Where debug information is looked for when the target has none: our own. */
const OWN_ROOT = "/";
const NOT_OPENED = "it is gone, out of reach or no file";

/**
 * Names for what runs in processes that nobody trusts. Their files are taken through `/proc/PID/root` and are opened as
 * soon as they are heard of, since a process that is gone takes its root with it.
 */
export function createTargetSymbols(options: TargetSymbolsOptions): TargetSymbols {
	return new OpenedSymbols(options);
}

class OpenedSymbols implements TargetSymbols {
	readonly #options: TargetSymbolsOptions;
	readonly #opened = new Map<MappedFile, OpenedFile>();
	readonly #done = new Set<MappedFile>();
	/** names by the identity of the file: the same one may be mapped from many roots */
	readonly #known = new Map<string, SymbolizedFile | undefined>();
	/** of those that were found at once */
	#bytes = 0;
	readonly #late: LateSymbols;
	readonly #inlines: InlineFiles | undefined;
	#kernel: KernelSymbols | undefined | null = null;
	#vdso: SymbolizedFile | undefined | null = null;

	constructor(options: TargetSymbolsOptions) {
		this.#options = options;
		const { debuginfod, inlines, onUnreadable = () => undefined } = options;
		const { onUnreadableInlines = () => undefined } = options;
		this.#late = new LateSymbols({ debuginfod, hasRoom: () => this.#hasRoom(), onUnreadable });
		this.#inlines = inlines ? new InlineFiles(onUnreadableInlines) : undefined;
	}

	mapped(file: MappedFile, pid: number): void {
		// asked for nothing, so that its map is read from now on
		if (moduleOf(file.path, "").kind === "jit") this.#options.jitName(pid, 0);
		else if (!this.#done.has(file) && !this.#opened.has(file)) this.#openOf(file, pid);
	}

	open(file: MappedFile): SymbolizedFile | undefined {
		if (file.path === "[vdso]") {
			if (this.#vdso === null) this.#vdso = readVdso();
			return this.#vdso;
		}
		const opened = this.#opened.get(file) ?? this.#openOf(file, file.pid);
		this.#opened.delete(file);
		this.#done.add(file);
		if (opened === undefined) {
			if (file.path.startsWith("/")) this.#options.onUnreadable?.(file.path, NOT_OPENED);
			return undefined;
		}
		const symbols = this.#known.has(opened.identity)
			? closed(opened, this.#known.get(opened.identity))
			: this.#symbolsOf(file, opened);
		this.#known.set(opened.identity, symbols);
		if (symbols instanceof ImprovingSymbols) symbols.files.add(file);
		return symbols;
	}

	improved(): Iterable<MappedFile> {
		return this.#late.improved();
	}

	settled(): Promise<void> {
		return this.#late.settled();
	}

	jitName(pid: number, address: number): string | undefined {
		return this.#options.jitName(pid, address);
	}

	kernelName(address: number): { name: string; module: string } | undefined {
		if (this.#kernel === null) this.#kernel = kernelSymbols();
		return this.#kernel?.nameOf(address);
	}

	close(): void {
		this.#late.close();
		this.#inlines?.close();
		for (const opened of this.#opened.values()) opened.close();
		this.#opened.clear();
	}

	#openOf(file: MappedFile, pid: number): OpenedFile | undefined {
		if (!file.path.startsWith("/")) return undefined;
		const descriptor = openMapped(
			file,
			this.#options.isPast ? undefined : pid,
			this.#options.otherRoots ?? [],
		);
		if (descriptor === undefined) return undefined;
		const opened = openedFile(descriptor);
		this.#opened.set(file, opened);
		const [[oldest, first]] = this.#opened;
		if (this.#opened.size > MOST_OPEN) {
			first.close();
			this.#opened.delete(oldest);
		}
		return opened;
	}

	#hasRoom(): boolean {
		return this.#bytes + this.#late.bytes < (this.#options.mostBytes ?? MOST_BYTES);
	}

	/** @param opened closed, at once or when nothing more is read from it */
	#symbolsOf(file: MappedFile, opened: OpenedFile): SymbolizedFile | undefined {
		const own = this.#options.isPast ? [] : [rootOf(file.pid)];
		const roots = [...own, ...(this.#options.otherRoots ?? []), OWN_ROOT];
		try {
			if (!this.#hasRoom())
				throw new ElfError("the names of other files take all the memory there is for them");
			const found = symbolsOfElf(opened, file, { roots, demangle: demangler() });
			const { stripped } = found;
			this.#bytes += found.symbols?.bytes ?? 0;
			if (stripped !== undefined && this.#late.isPromising(stripped)) {
				return this.#late.improve(file.path, opened, { ...found, stripped });
			}
			const symbols = this.#inlines?.addTo(found.symbols, opened, { path: file.path, roots });
			return symbols?.inlines === undefined ? closed(opened, found.symbols) : symbols;
		} catch (error) {
			this.#options.onUnreadable?.(file.path, (error as Error).message);
			return closed(opened, undefined);
		}
	}
}

function closed<T>(opened: OpenedFile, value: T): T {
	opened.close();
	return value;
}
