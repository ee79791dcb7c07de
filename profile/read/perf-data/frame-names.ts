import type { ProfileBuilder } from "../../builder.ts";
import { namelessFrame, UNKNOWN_NAME } from "../../frame-name.ts";
import type { Frame } from "../../model.ts";
import type { SymbolizedFile, Symbols } from "../../symbols/symbols.ts";
import { jitFrame, moduleOf } from "../perf-frame.ts";
import { GUEST_ADDRESS, NO_ADDRESS } from "./call-chain.ts";
import { FrameTable } from "./frame-table.ts";
import type { LocationTree } from "./location-tree.ts";
import type { MappedFile, Mapping } from "./mappings.ts";

/** A mapped file with the frames that its addresses have turned out to be. */
export interface NamedFile extends MappedFile {
	readonly module: string;
	readonly kind: Frame["kind"];
	/** asked for at the first sample in it; null: nothing can be read */
	symbols: SymbolizedFile | null | undefined;
	/** frame index of the builder, or key of the location tree, by offset in the file, of compiled code by address */
	frames: FrameTable;
	/** the same, by function */
	readonly functions: Map<string, number>;
}

const GUEST_FRAME: Frame = { name: "[guest]", module: "[guest]", kind: "kernel", file: "", line: 0 };
/** The kernel's code lies in the last 4 GiB of the address space. */
export const KERNEL_START = -(2 ** 32);

/** Turns addresses into frames of the builder: each distinct one of a file once, whatever process it is mapped into. */
export class FrameNames {
	/** of the kernel's addresses */
	readonly kernel = new FrameTable(KERNEL_START);
	readonly #builder: ProfileBuilder;
	readonly #symbols: Symbols;
	readonly #locations: LocationTree | undefined;
	readonly #files = new Map<string, NamedFile>();
	readonly #unmapped = new FrameTable();
	/** files, not really, with code of JIT compilers that was met since the last refresh */
	readonly #compiled = new Set<NamedFile>();

	/** @param locations keeps addresses apart that may have more to them than their function */
	constructor(builder: ProfileBuilder, symbols: Symbols, locations?: LocationTree) {
		this.#builder = builder;
		this.#symbols = symbols;
		this.#locations = locations;
	}

	/**
	 * What a JIT compiler made may be called otherwise by now, and other names may be known at last.
	 * @returns whether any frame may be another one from now on
	 */
	refresh(): boolean {
		const isNamed = this.#nameAtLast();
		const isCompiled = this.#compiled.size > 0;
		for (const file of this.#compiled) file.frames = new FrameTable(file.start);
		this.#compiled.clear();
		return isNamed || isCompiled;
	}

	/** Samples that were read already get the names, too. */
	#nameAtLast(): boolean {
		const replacements = new Map<number, readonly Frame[]>();
		for (const improved of this.#symbols.improved?.() ?? []) {
			const file = improved as NamedFile;
			const { frames } = file;
			file.frames = new FrameTable();
			frames.forEach((inFile, index) => {
				const name = this.#isNamed(index) ? undefined : file.symbols?.nameOf(inFile);
				if (name === undefined) file.frames.set(inFile, index);
				else replacements.set(index, [{ name, module: file.module, kind: "user", file: "", line: 0 }]);
			});
		}
		if (replacements.size === 0) return false;
		this.#builder.replaceFrames(replacements);
		this.#locations?.rename([...replacements].map(([index, [frame]]) => [index, this.#builder.frame(frame)]));
		return true;
	}

	#isNamed(frame: number): boolean {
		return this.#builder.frames[frame].kind !== "unknown";
	}

	/** @returns the one object for this file: the same path in another process may be another file */
	fileOf(file: MappedFile): NamedFile {
		const { module, kind } = moduleOf(file.path, "");
		const identity = kind === "jit" ? "" : file.buildId || file.inode;
		const key = `${identity || file.pid}\n${file.path}`;
		const known = this.#files.get(key);
		if (known !== undefined) return known;
		const frames = new FrameTable(kind === "jit" ? file.start : 0);
		const named = { ...file, module, kind, symbols: undefined, frames, functions: new Map() };
		this.#files.set(key, named);
		return named;
	}

	/** What of `file` is mapped where. */
	mappingOf(file: NamedFile, start: number, end: number, fileOffset: number): Mapping<NamedFile> {
		const shift = file.kind === "jit" ? 0 : fileOffset - start;
		return { start, end, shift, isNear: file.frames.covers(start + shift, end + shift), file };
	}

	/** @param mapping that `address` lies in; undefined: there is none */
	inUserSpace(mapping: Mapping<NamedFile> | undefined, address: number): number {
		if (mapping === undefined) {
			return this.#remembered(this.#unmapped, address, () => this.#nameless("", address));
		}
		const { file } = mapping;
		const key = address + mapping.shift;
		return this.#remembered(file.frames, key, () =>
			file.kind === "jit" ? this.#inJit(file, address) : this.#inFile(file, key),
		);
	}

	inKernel(address: number): number {
		return this.#remembered(this.kernel, address, () => {
			const symbol = this.#symbols.kernelName(address);
			if (symbol === undefined) return this.#nameless("[kernel]", address);
			return this.#builder.frame({ ...symbol, kind: "kernel", file: "", line: 0 });
		});
	}

	#inFile(file: NamedFile, offset: number): number {
		const frame = this.#functionIn(file, offset);
		if (this.#locations === undefined || file.symbols?.inlines === undefined) return frame;
		return this.#locations.add({ file, offset, frame });
	}

	#functionIn(file: NamedFile, offset: number): number {
		if (file.symbols === undefined) file.symbols = this.#symbols.open(file) ?? null;
		const name = file.symbols?.nameOf(offset);
		if (name === undefined) return this.#nameless(file.module, offset);
		const known = file.functions.get(name);
		if (known !== undefined) return known;
		const index = this.#builder.frame({ name, module: file.module, kind: "user", file: "", line: 0 });
		file.functions.set(name, index);
		return index;
	}

	#inJit(file: NamedFile, address: number): number {
		this.#compiled.add(file);
		const name = this.#symbols.jitName(file.pid, address);
		return name === undefined ? this.#nameless("[jit]", address) : this.#builder.frame(jitFrame(name));
	}

	#nameless(module: string, address: number): number {
		if (address === GUEST_ADDRESS) return this.#builder.frame(GUEST_FRAME);
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
