import type { FrameKind } from "../../contract/frame-kind.ts";
import { isIndex } from "../array-index.ts";
import { EMPTY_STACK, type ProfileBuilder } from "../builder.ts";
import { isNameless, namelessFrame } from "../frame-name.ts";
import type { Frame } from "../model.ts";
import { NOTHING, textOf } from "./gecko-thread.ts";
import type { JsonValue } from "./json-value.ts";
import { moduleOf } from "./perf-frame.ts";

const ADDRESS = /^0x[0-9a-f]{1,16}$/i;
const KIND_OF_CATEGORY: Readonly<Record<string, FrameKind>> = {
	Kernel: "kernel",
	JIT: "jit",
	JavaScript: "jit",
};

/** What all threads of a file share. */
export interface GeckoFile {
	readonly libraries: readonly string[];
	readonly categories: readonly string[];
}

/** Libraries' paths, or names where these are not known. */
export function readLibraries(json: JsonValue | undefined): string[] {
	return Array.from(json?.items() ?? [], (library) => {
		const { path, name } = library.fields("path", "name");
		return textOf(path) || textOf(name);
	});
}

/** The tables that a processed profile's stacks are made of, a thread's own or shared by all. */
export class GeckoTables {
	readonly #json: JsonValue;
	readonly #file: GeckoFile;
	readonly #strings: readonly string[];
	readonly #prefix: Float64Array;
	readonly #frame: Float64Array;
	readonly #frames: Columns<"func" | "address" | "category" | "line">;
	readonly #functions: Columns<"name" | "resource" | "source" | "fileName" | "lineNumber">;
	readonly #isScript: readonly boolean[];
	readonly #library: Float64Array | undefined;
	readonly #sources: Float64Array | undefined;
	#stacks: Int32Array | undefined;

	/** @param json what has the tables: `stackTable`, `frameTable`, `funcTable`, `resourceTable`, `stringArray` ... */
	constructor(json: JsonValue, file: GeckoFile) {
		this.#json = json;
		this.#file = file;
		const tables = json.fields(
			"stringArray",
			"stringTable",
			"stackTable",
			"frameTable",
			"funcTable",
			"resourceTable",
			"sources",
		);
		const strings = tables.stringArray ?? tables.stringTable;
		this.#strings = strings?.isArray ? strings.texts() : [];
		const stacks = tables.stackTable ?? json.fail("no stackTable");
		const { prefix, prefixOffset, frame } = columnsOf(stacks, "prefix", "prefixOffset", "frame");
		this.#frame = frame ?? stacks.fail("no frame column");
		this.#prefix = prefix ?? prefixOffset?.map(prefixOfOffset) ?? stacks.fail("no prefix column");
		if (this.#frame.length !== this.#prefix.length) stacks.fail("columns of different lengths");
		const frames = tables.frameTable ?? json.fail("no frameTable");
		this.#frames = columnsOf(frames, "func", "address", "category", "line");
		const functions = tables.funcTable ?? json.fail("no funcTable");
		this.#functions = columnsOf(functions, "name", "resource", "source", "fileName", "lineNumber");
		this.#isScript = Array.from(functions.fields("isJS").isJS?.items() ?? [], (item) => item.isTrue);
		this.#library = tables.resourceTable && columnsOf(tables.resourceTable, "lib").lib;
		this.#sources = tables.sources && columnsOf(tables.sources, "filename").filename;
	}

	/** @returns the builder's stack of each row of the stack table */
	stacksIn(builder: ProfileBuilder): Int32Array {
		if (this.#stacks !== undefined) return this.#stacks;
		const known = new Map<number, number>();
		const stacks = new Int32Array(this.#frame.length);
		for (const [index, row] of this.#frame.entries()) {
			let frame = known.get(row);
			if (frame === undefined) {
				frame = builder.frame(this.#frameAt(row));
				known.set(row, frame);
			}
			const prefix = this.#prefix[index];
			if (prefix !== NOTHING && !isIndex(prefix, index)) {
				this.#json.fail(`stack ${index} is called from ${prefix}, which does not come before it`);
			}
			stacks[index] = builder.child(prefix === NOTHING ? EMPTY_STACK : stacks[prefix], frame);
		}
		this.#stacks = stacks;
		return stacks;
	}

	#frameAt(row: number): Frame {
		const index = this.#at(this.#frames.func, row, "function of frame");
		const name = this.#text(this.#at(this.#functions.name, index, "name of function"));
		const resource = this.#functions.resource?.[index] ?? NOTHING;
		const library = resource === NOTHING ? NOTHING : this.#at(this.#library, resource, "library of resource");
		const path = library === NOTHING ? "" : this.#file.libraries[library];
		if (path === undefined) this.#json.fail(`library ${library} of ${this.#file.libraries.length}`);
		const isScript = this.#isScript[index] === true;
		const file = this.#fileOf(index);
		const category = this.#file.categories[this.#frames.category?.[row] ?? NOTHING] ?? "";
		const of = path === "" ? { module: isScript ? file : "", kind: "user" as const } : moduleOf(path, "");
		if (ADDRESS.test(name)) {
			return {
				name: namelessFrame(of.module, BigInt(name)),
				module: of.module,
				kind: "unknown",
				file: "",
				line: 0,
			};
		}
		const kind = isNameless(name)
			? "unknown"
			: isScript
				? "jit"
				: Object.hasOwn(KIND_OF_CATEGORY, category)
					? KIND_OF_CATEGORY[category]
					: of.kind;
		const ofFunction = this.#functions.lineNumber?.[index] ?? NOTHING;
		const ofFrame = this.#frames.line?.[row] ?? NOTHING;
		const line = isScript && ofFunction > 0 ? ofFunction : ofFrame > 0 ? ofFrame : ofFunction;
		return { name, module: of.module, kind, file, line: Number.isSafeInteger(line) && line > 0 ? line : 0 };
	}

	#fileOf(index: number): string {
		const source = this.#functions.source?.[index] ?? NOTHING;
		const inSources = source === NOTHING ? NOTHING : this.#at(this.#sources, source, "file of source");
		const text = inSources === NOTHING ? (this.#functions.fileName?.[index] ?? NOTHING) : inSources;
		return text === NOTHING ? "" : this.#text(text);
	}

	#at(column: Float64Array | undefined, row: number, what: string): number {
		return column?.[row] ?? this.#json.fail(`there is no ${what} ${row}`);
	}

	#text(index: number): string {
		return this.#strings[index] ?? this.#json.fail(`string ${index} of ${this.#strings.length}`);
	}
}

type Columns<Name extends string> = { readonly [name in Name]?: Float64Array };

/** Columns of indices and numbers that a table has; `null` in them becomes NOTHING. */
export function columnsOf<Name extends string>(table: JsonValue, ...names: Name[]): Columns<Name> {
	const columns: { [name in Name]?: Float64Array } = {};
	const found = table.fields(...names);
	for (const name of names) {
		if (found[name]?.isArray) columns[name] = found[name].numbers({ ifNull: NOTHING });
	}
	return columns;
}

/** Newer files have the distance to the row a stack is called from, 0 for none. */
function prefixOfOffset(offset: number, index: number): number {
	return offset === 0 ? NOTHING : index - offset;
}
