import { closeSync, constants, fstatSync, openSync, readFileSync } from "node:fs";
import type { MappedFile } from "../../profile/read/perf-data/mappings.ts";
import { moduleOf } from "../../profile/read/perf-frame.ts";
import { readElf } from "../../profile/symbols/elf.ts";
import { type KernelSymbols, parseKallsyms } from "../../profile/symbols/kallsyms.ts";
import { readSymbolTable } from "../../profile/symbols/symbol-table.ts";
import type { SymbolizedFile, Symbols } from "../../profile/symbols/symbols.ts";
import { demangler } from "./demangler.ts";
import { symbolsOfElf } from "./elf-symbols.ts";
import { type OpenedFile, openedFile } from "./opened-file.ts";
import { openInRoot } from "./rooted-file.ts";
import { ownVdso } from "./vdso.ts";

export interface TargetSymbolsOptions {
	/** names of code that a JIT compiler made */
	readonly jitName: (pid: number, address: number) => string | undefined;
	/** Folders in which a file is looked for when the one that mapped it is gone, the likeliest first. */
	readonly otherRoots?: readonly string[];
	/** told of what cannot be read, once a file */
	readonly onUnreadable?: (path: string, reason: string) => void;
}

export interface TargetSymbols extends Symbols {
	/** Closes the files that are open; what has no name by now gets none. */
	close(): void;
}

/** Files that wait for their first sample: descriptors that may be open at once. */
const MOST_OPEN = 256;
/** Where debug information is looked for when the target has none: our own. */
const OWN_ROOT = "/";
const DELETED = / \(deleted\)$/;

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
	#kernel: KernelSymbols | undefined | null = null;
	#vdso: SymbolizedFile | undefined | null = null;

	constructor(options: TargetSymbolsOptions) {
		this.#options = options;
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
		const found = this.#opened.get(file) ?? this.#openOf(file, file.pid);
		this.#done.add(file);
		if (found === undefined) return undefined;
		try {
			return this.#symbolsOf(file, found);
		} finally {
			this.#close(file);
		}
	}

	jitName(pid: number, address: number): string | undefined {
		return this.#options.jitName(pid, address);
	}

	kernelName(address: number): { name: string; module: string } | undefined {
		if (this.#kernel === null) this.#kernel = readKallsyms();
		return this.#kernel?.nameOf(address);
	}

	close(): void {
		for (const file of [...this.#opened.keys()]) this.#close(file);
	}

	#openOf(file: MappedFile, pid: number): OpenedFile | undefined {
		if (!file.path.startsWith("/")) return undefined;
		const descriptor = openMapped(file, pid, this.#options.otherRoots ?? []);
		if (descriptor === undefined) return undefined;
		const opened = openedFile(descriptor);
		this.#opened.set(file, opened);
		const [oldest] = this.#opened.keys();
		if (this.#opened.size > MOST_OPEN) this.#close(oldest);
		return opened;
	}

	#close(file: MappedFile): void {
		this.#opened.get(file)?.close();
		this.#opened.delete(file);
	}

	#symbolsOf(file: MappedFile, found: OpenedFile): SymbolizedFile | undefined {
		if (this.#known.has(found.identity)) return this.#known.get(found.identity);
		let symbols: SymbolizedFile | undefined;
		try {
			const roots = [rootOf(file.pid), ...(this.#options.otherRoots ?? []), OWN_ROOT];
			symbols = symbolsOfElf(found, file, { roots, demangle: demangler() });
		} catch (error) {
			this.#options.onUnreadable?.(file.path, (error as Error).message);
		}
		this.#known.set(found.identity, symbols);
		return symbols;
	}
}

function rootOf(pid: number): string {
	return `/proc/${pid}/root`;
}

/** The file at its path, or the mapped one itself where that path now leads to another or to none. */
function openMapped(file: MappedFile, pid: number, otherRoots: readonly string[]): number | undefined {
	const isDeleted = DELETED.test(file.path);
	if (isDeleted) return openMapFile(file);
	for (const root of [rootOf(pid), ...otherRoots]) {
		const descriptor = openInRoot(root, file.path);
		if (descriptor === undefined) continue;
		if (isInode(descriptor, file)) return descriptor;
		// some file systems number their files one way here and another there: then this is it all the same
		return openMapFile(file) ?? descriptor;
	}
	return openMapFile(file);
}

function isInode(descriptor: number, { inode }: MappedFile): boolean {
	return inode === "" || inode.split(":")[2] === String(fstatSync(descriptor).ino);
}

/** What is mapped, whatever became of its path; needs more rights than the path does. */
function openMapFile({ pid, start, end }: MappedFile): number | undefined {
	try {
		const range = `${start.toString(16)}-${end.toString(16)}`;
		const flags = constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY;
		return regular(openSync(`/proc/${pid}/map_files/${range}`, flags));
	} catch {
		return undefined;
	}
}

function regular(descriptor: number): number | undefined {
	if (fstatSync(descriptor).isFile()) return descriptor;
	closeSync(descriptor);
	return undefined;
}

function readVdso(): SymbolizedFile | undefined {
	try {
		const source = ownVdso();
		return source && readSymbolTable({ loaded: readElf(source) }, demangler());
	} catch {
		return undefined;
	}
}

function readKallsyms(): KernelSymbols | undefined {
	try {
		return parseKallsyms(readFileSync("/proc/kallsyms"));
	} catch {
		return undefined;
	}
}
