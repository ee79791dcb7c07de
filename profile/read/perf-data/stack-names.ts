import { EMPTY_STACK, type ProfileBuilder } from "../../builder.ts";
import { namelessFrame, UNKNOWN_NAME } from "../../frame-name.ts";
import type { Frame } from "../../model.ts";
import type { SymbolizedFile, Symbols } from "../../symbols/symbols.ts";
import { jitFrame, moduleOf } from "../perf-frame.ts";
import { FrameTable } from "./frame-table.ts";
import type { MappedFile, Mappings } from "./mappings.ts";
import type { ThreadState } from "./processes.ts";

/** A mapped file with the frames that its addresses have turned out to be. */
export interface NamedFile extends MappedFile {
	readonly module: string;
	readonly kind: Frame["kind"];
	/** loaded at the first sample in it; null: nothing can be read */
	symbols: SymbolizedFile | null | undefined;
	/** frame index of the builder, by address in the file */
	frames: FrameTable;
	/** the same, by function */
	readonly functions: Map<string, number>;
}

/** Longest chain that is read; perf's own limit is 127, raised by sysctl kernel.perf_event_max_stack. */
export const MAX_CHAIN = 1024;
/** Stands for whatever cannot be an address of the program's: garbage that was taken for a return address. */
export const NO_ADDRESS = 2 ** 60;
/** The kernel's code lies in the last 4 GiB of the address space. */
const KERNEL_HIGH = -1;

/**
 * Turns call chains of addresses into stacks of the builder. Each distinct address of a file is named once, whatever
 * process it is mapped into, and the part of a chain that it shares with the one before is not looked at again.
 */
export class StackNames {
	readonly #builder: ProfileBuilder;
	readonly #symbols: Symbols;
	readonly #processFrames: boolean;
	readonly #files = new Map<string, NamedFile>();
	readonly #commands = new Map<string, number>();
	readonly #unmapped = new FrameTable();
	/** files, not really, with code of JIT compilers that was met since the last refresh */
	readonly #compiled = new Set<NamedFile>();
	readonly #kernel = new FrameTable(KERNEL_HIGH);
	/** of the previous chain: where it was, its addresses from the root on, and the stack up to each of them */
	#previousCommand = -1;
	#previousMappings: Mappings<NamedFile> | undefined;
	#previousVersion = -1;
	#previousLength = 0;
	readonly #previousChain = new Float64Array(MAX_CHAIN);
	readonly #previousStack = new Int32Array(MAX_CHAIN);

	constructor(builder: ProfileBuilder, symbols: Symbols, processFrames: boolean) {
		this.#builder = builder;
		this.#symbols = symbols;
		this.#processFrames = processFrames;
	}

	/** What a JIT compiler made may be called otherwise by now, or be known at last. */
	refresh(): void {
		if (this.#compiled.size === 0) return;
		for (const file of this.#compiled) file.frames = new FrameTable();
		this.#compiled.clear();
		this.#previousLength = 0;
	}

	/** @returns the one object for this file: the same path in another process may be another file */
	fileOf(file: MappedFile): NamedFile {
		const { module, kind } = moduleOf(file.path, "");
		const identity = kind === "jit" ? "" : file.buildId || file.inode;
		const key = `${identity || file.pid}\n${file.path}`;
		const known = this.#files.get(key);
		if (known !== undefined) return known;
		const named: NamedFile = {
			...file,
			module,
			kind,
			symbols: undefined,
			frames: new FrameTable(),
			functions: new Map(),
		};
		this.#files.set(key, named);
		return named;
	}

	/**
	 * @param chain addresses from the leaf on, the kernel's negative, the user's not
	 * @param length how many of them count
	 */
	stackOf(thread: ThreadState<NamedFile>, chain: Float64Array, length: number): number {
		let count = length;
		// where frame pointers stop stands an address of 0, or one that cannot be
		while (count > 0 && (chain[count - 1] === 0 || chain[count - 1] === NO_ADDRESS)) count--;
		const shared = this.#sharedWithPrevious(thread, chain, count);
		let stack = shared > 0 ? this.#previousStack[shared - 1] : this.#bottom(thread.command);
		for (let index = shared; index < count; index++) {
			const address = chain[count - 1 - index];
			const frame = address < 0 ? this.#inKernel(address) : this.#inUserSpace(thread, address);
			stack = this.#builder.child(stack, frame);
			this.#previousChain[index] = address;
			this.#previousStack[index] = stack;
		}
		this.#previousLength = count;
		return stack;
	}

	#sharedWithPrevious(thread: ThreadState<NamedFile>, chain: Float64Array, count: number): number {
		const command = this.#processFrames ? this.#command(thread.command) : 0;
		const { mappings } = thread;
		if (
			mappings !== this.#previousMappings ||
			mappings.version !== this.#previousVersion ||
			command !== this.#previousCommand
		) {
			this.#previousMappings = mappings;
			this.#previousVersion = mappings.version;
			this.#previousCommand = command;
			return 0;
		}
		const most = Math.min(count, this.#previousLength);
		let shared = 0;
		while (shared < most && this.#previousChain[shared] === chain[count - 1 - shared]) shared++;
		return shared;
	}

	#bottom(command: string): number {
		return this.#processFrames ? this.#builder.child(EMPTY_STACK, this.#command(command)) : EMPTY_STACK;
	}

	#command(name: string): number {
		const known = this.#commands.get(name);
		if (known !== undefined) return known;
		const index = this.#builder.frame({ name, module: "", kind: "user", file: "", line: 0 });
		this.#commands.set(name, index);
		return index;
	}

	#inUserSpace(thread: ThreadState<NamedFile>, address: number): number {
		const mapping = thread.mappings.find(address);
		if (mapping === undefined)
			return this.#remembered(this.#unmapped, address, () => this.#nameless("", address));
		const { file } = mapping;
		if (file.kind === "jit") return this.#inJit(file, address);
		const inFile = address - mapping.start + mapping.fileOffset;
		const known = file.frames.get(inFile);
		if (known >= 0) return known;
		return this.#remembered(file.frames, inFile, () => this.#nameOf(file, inFile));
	}

	#nameOf(file: NamedFile, inFile: number): number {
		if (file.symbols === undefined) file.symbols = this.#symbols.open(file) ?? null;
		const name = file.symbols?.nameOf(inFile);
		if (name === undefined) return this.#nameless(file.module, inFile);
		const known = file.functions.get(name);
		if (known !== undefined) return known;
		const index = this.#builder.frame({ name, module: file.module, kind: "user", file: "", line: 0 });
		file.functions.set(name, index);
		return index;
	}

	#inJit(file: NamedFile, address: number): number {
		const known = file.frames.get(address);
		if (known >= 0) return known;
		this.#compiled.add(file);
		return this.#remembered(file.frames, address, () => {
			const name = this.#symbols.jitName(file.pid, address);
			return name === undefined ? this.#nameless("[jit]", address) : this.#builder.frame(jitFrame(name));
		});
	}

	#inKernel(address: number): number {
		const known = this.#kernel.get(address);
		if (known >= 0) return known;
		return this.#remembered(this.#kernel, address, () => {
			const symbol = this.#symbols.kernelName(address);
			if (symbol === undefined) return this.#nameless("[kernel]", address);
			return this.#builder.frame({ ...symbol, kind: "kernel", file: "", line: 0 });
		});
	}

	#nameless(module: string, address: number): number {
		const name =
			address === NO_ADDRESS ? UNKNOWN_NAME : namelessFrame(module, BigInt.asUintN(64, BigInt(address)));
		return this.#builder.frame({ name, module, kind: "unknown", file: "", line: 0 });
	}

	#remembered(table: FrameTable, address: number, make: () => number): number {
		const known = table.get(address);
		if (known >= 0) return known;
		const index = make();
		table.set(address, index);
		return index;
	}
}
