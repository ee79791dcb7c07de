import { FRAME_KINDS } from "../../contract/frame-kind.ts";
import { baseName } from "../frame-name.ts";
import { functionKey } from "../function-stacks.ts";
import type { Frame, Profile } from "../model.ts";
import { jsonArrayChunks, jsonObjectChunks } from "./json-chunks.ts";

/** Of a resource: a library, in contrast to a web page or an add-on. */
const LIBRARY = 1;

/** A file that code came from, as the format lists it. Without identifiers: there is nothing left to look up. */
interface Library {
	readonly arch: string;
	readonly name: string;
	readonly path: string;
	readonly debugName: string;
	readonly debugPath: string;
	readonly breakpadId: string;
	readonly codeId: null;
}

/** What all threads share: frames become their functions and frames, stacks stay as they are but for the empty one. */
export function geckoTables({ frames, stacks }: Profile): { shared: Iterable<string>; libs: Library[] } {
	const strings = new Numbering<string>();
	const modules = new Numbering<string>();
	const sources = new Numbering<string>();
	const functions = new Numbering<string>();
	const functionFrame: Frame[] = [];
	const functionOf = frames.map((frame) => {
		const number = functions.of(functionKey(frame));
		if (!functionFrame[number]?.file) functionFrame[number] = frame;
		return number;
	});
	const columns = {
		name: functionFrame.map(({ name }) => strings.of(name)),
		resource: functionFrame.map(({ module }) => (module === "" ? -1 : modules.of(module))),
		source: functionFrame.map(({ file }) => (file === "" ? null : sources.of(file))),
	};
	const resourceNames = modules.items.map((path) => strings.of(baseName(path)));
	const sourceNames = sources.items.map((file) => strings.of(file));
	const shared = jsonObjectChunks([
		["stackTable", stackTable(stacks)],
		["frameTable", frameTable(frames, functionOf)],
		["funcTable", functionTable(columns)],
		["resourceTable", resourceTable(resourceNames)],
		["nativeSymbols", table(0, { libIndex: [], address: [], name: [], functionSize: [] })],
		["sources", table(sourceNames.length, { id: sourceNames.map(() => null), filename: sourceNames })],
		["stringArray", jsonArrayChunks(strings.items.length, (index) => JSON.stringify(strings.items[index]))],
	]);
	return { shared, libs: modules.items.map(libraryOf) };
}

function stackTable({ length, parent, frame }: Profile["stacks"]): Iterable<string> {
	const last = length - 1;
	const prefixOf = (stack: number): string => (parent[stack] === 0 ? "null" : String(parent[stack] - 1));
	return jsonObjectChunks([
		["length", String(last)],
		["frame", jsonArrayChunks(last, (index) => String(frame[index + 1]))],
		["prefix", jsonArrayChunks(last, (index) => prefixOf(index + 1))],
	]);
}

function frameTable(frames: readonly Frame[], functionOf: readonly number[]): Iterable<string> {
	return table(frames.length, {
		address: frames.map(() => -1),
		inlineDepth: frames.map(() => 0),
		category: frames.map(({ kind }) => FRAME_KINDS.indexOf(kind)),
		subcategory: frames.map(() => 0),
		func: functionOf,
		nativeSymbol: frames.map(() => null),
		innerWindowID: frames.map(() => 0),
		line: frames.map(({ line }) => (line === 0 ? null : line)),
		column: frames.map(() => null),
	});
}

interface FunctionColumns {
	readonly name: number[];
	readonly resource: number[];
	readonly source: (number | null)[];
}

function functionTable({ name, resource, source }: FunctionColumns): Iterable<string> {
	return table(name.length, {
		name,
		isJS: name.map(() => false),
		relevantForJS: name.map(() => false),
		resource,
		source,
		lineNumber: name.map(() => null),
		columnNumber: name.map(() => null),
	});
}

function resourceTable(names: number[]): Iterable<string> {
	return table(names.length, {
		lib: names.map((_, index) => index),
		name: names,
		host: names.map(() => null),
		type: names.map(() => LIBRARY),
	});
}

function table(
	length: number,
	columns: Record<string, readonly (number | boolean | null)[]>,
): Iterable<string> {
	const entries = Object.entries(columns).map(
		([name, column]) => [name, jsonArrayChunks(length, (index) => String(column[index]))] as const,
	);
	return jsonObjectChunks([["length", String(length)], ...entries]);
}

function libraryOf(path: string): Library {
	const name = baseName(path);
	return { arch: "", name, path, debugName: name, debugPath: path, breakpadId: "", codeId: null };
}

/** Gives each distinct item a number, in the order they come. */
class Numbering<T> {
	readonly items: T[] = [];
	readonly #numbers = new Map<T, number>();

	of(item: T): number {
		const known = this.#numbers.get(item);
		if (known !== undefined) return known;
		this.#numbers.set(item, this.items.length);
		return this.items.push(item) - 1;
	}
}
