import { isIndex } from "../array-index.ts";
import { EMPTY_STACK, type ProfileBuilder } from "../builder.ts";
import { isNameless, namelessFrame } from "../frame-name.ts";
import type { Frame } from "../model.ts";
import { checkTimes, type GeckoThread, NOTHING, textOf, threadNumber } from "./gecko-thread.ts";
import type { JsonValue } from "./json-value.ts";
import { moduleOf } from "./perf-frame.ts";
import { v8Function } from "./v8-name.ts";

/** Processes below processes; Firefox has one level of them. */
const DEEPEST = 4;
/** `name (file:line:column)`: a function of a script. */
const SCRIPT = /^(.*?) ?\(([^()]+?):(\d+)(?::\d+)?\)(?:\[\d+\])?$/;
const ADDRESS = /^0x[0-9a-f]{1,16}$/i;
/** Frames that Firefox puts above all others. */
const ROOT = "(root)";

interface Library {
	readonly start: number;
	readonly end: number;
	readonly offset: number;
	readonly path: string;
}

/**
 * Reads the threads of a raw profile and of the processes in it.
 * @param after milliseconds from the start of the whole profile to that of this process
 */
export function readRawThreads(json: JsonValue, after = 0, depth = 0): GeckoThread[] {
	const { meta, libs, threads, processes } = json.fields("meta", "libs", "threads", "processes");
	const libraries = Array.from(libs?.isArray ? libs.items() : [], readLibrary);
	libraries.sort((a, b) => a.start - b.start);
	const all: GeckoThread[] = [];
	for (const thread of (threads ?? json.fail("no threads")).items()) {
		all.push(readThread(thread, libraries, after));
	}
	const start = meta?.fields("startTime").startTime?.number() ?? 0;
	for (const process of processes?.items() ?? []) {
		if (depth === DEEPEST) process.fail("processes too deep within each other");
		const own = process.fields("meta").meta?.fields("startTime").startTime?.number() ?? start;
		all.push(...readRawThreads(process, after + own - start, depth + 1));
	}
	return all;
}

function readThread(json: JsonValue, libraries: readonly Library[], after: number): GeckoThread {
	const { name, pid, tid, samples, stackTable, frameTable, stringTable } = json.fields(
		"name",
		"pid",
		"tid",
		"samples",
		"stackTable",
		"frameTable",
		"stringTable",
	);
	const table = samples ?? json.fail("no samples");
	const [stack, time] = rows(table, "stack", "time");
	const frames = frameTable ?? json.fail("no frameTable");
	const [location] = rows(frames, "location");
	const strings = (stringTable ?? json.fail("no stringTable")).texts();
	const [prefix, frame] = rows(stackTable ?? json.fail("no stackTable"), "prefix", "frame");
	const frameOf = (row: number): Frame => {
		const text = strings[location[row] ?? NOTHING] ?? frames.fail(`frame ${row} has no location`);
		return frameAt(text, libraries);
	};
	return {
		json: table,
		thread: { pid: threadNumber(pid), tid: threadNumber(tid), name: textOf(name) },
		stacksIn: (builder) => stacksOf(builder, { json, prefix, frame, frameOf }),
		stack,
		time: checkTimes(
			time.map((at) => at + after),
			table,
		),
		weightType: "samples",
		weight: undefined,
		cpu: undefined,
	};
}

interface RawStacks {
	readonly json: JsonValue;
	readonly prefix: Float64Array;
	readonly frame: Float64Array;
	frameOf(row: number): Frame;
}

function stacksOf(builder: ProfileBuilder, { json, prefix, frame, frameOf }: RawStacks): Int32Array {
	const stacks = new Int32Array(frame.length);
	const known = new Map<number, number>();
	for (const [index, row] of frame.entries()) {
		const caller = prefix[index];
		if (caller !== NOTHING && !isIndex(caller, index)) {
			json.fail(`stack ${index} is called from ${caller}, which does not come before it`);
		}
		const parent = caller === NOTHING ? EMPTY_STACK : stacks[caller];
		let called = known.get(row);
		if (called === undefined) {
			const made = frameOf(row);
			called = made.name === ROOT ? NOTHING : builder.frame(made);
			known.set(row, called);
		}
		stacks[index] = called === NOTHING ? parent : builder.child(parent, called);
	}
	return stacks;
}

/** Columns of a table made of rows: numbers, and NOTHING for what a row does not have. */
function rows(table: JsonValue, ...names: string[]): Float64Array[] {
	const { schema, data } = table.fields("schema", "data");
	const places = (schema ?? table.fail("no schema")).fields(...names);
	const columns = names.map((name) => places[name]?.integer() ?? table.fail(`no column ${name}`));
	const all: number[][] = names.map(() => []);
	for (const row of (data ?? table.fail("no data")).items()) {
		for (const column of all) column.push(NOTHING);
		let place = 0;
		for (const cell of row.items()) {
			const column = columns.indexOf(place++);
			if (column !== -1 && !cell.isNull) all[column][all[column].length - 1] = cell.number();
		}
	}
	return all.map((column) => Float64Array.from(column));
}

function readLibrary(json: JsonValue): Library {
	const { start, end, offset, path, name } = json.fields("start", "end", "offset", "path", "name");
	return {
		start: start?.number() ?? 0,
		end: end?.number() ?? 0,
		offset: offset?.number() ?? 0,
		path: textOf(path) || textOf(name),
	};
}

/** @param libraries in the order of their addresses */
function libraryAt(address: number, libraries: readonly Library[]): Library | undefined {
	let low = 0;
	let high = libraries.length;
	while (low < high) {
		const middle = (low + high) >> 1;
		if (libraries[middle].start <= address) low = middle + 1;
		else high = middle;
	}
	const library = libraries[low - 1];
	return library !== undefined && address < library.end ? library : undefined;
}

function frameAt(location: string, libraries: readonly Library[]): Frame {
	if (ADDRESS.test(location)) {
		const address = Number(location);
		const library = libraryAt(address, libraries);
		const module = library === undefined ? "" : moduleOf(library.path, "").module;
		const offset = library === undefined ? address : address - library.start + library.offset;
		const whole = Number.isSafeInteger(offset) && offset >= 0 ? BigInt(offset) : BigInt(location);
		return { name: namelessFrame(module, whole), module, kind: "unknown", file: "", line: 0 };
	}
	const script = location.length > 4096 ? null : SCRIPT.exec(location);
	if (script !== null) {
		const { name, file, line } = v8Function(script[1], script[2], Number(script[3]));
		return { name, module: file, kind: "jit", file, line: Number.isSafeInteger(line) ? line : 0 };
	}
	return { name: location, module: "", kind: isNameless(location) ? "unknown" : "user", file: "", line: 0 };
}
