import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, readlinkSync, statSync } from "node:fs";
import { cleanText } from "../../profile/frame-name.ts";
import { demangler } from "../../symbol-files/demangler.ts";
import type { SampleFrame } from "./samples.ts";

/** What `nm -S` prints of a symbol. */
interface ListedSymbol {
	readonly address: string;
	readonly isSized: boolean;
	/** as in the file, without its version */
	readonly name: string;
}

const LISTED = /^([0-9a-f]+)( [0-9a-f]+)? [a-zA-Z] (.+?)(?:@@?.*)?$/gm;

/** The symbols of programs and libraries, as binutils list and demangle them. */
export class FileSymbols {
	readonly #listed = new Map<string, readonly ListedSymbol[]>();
	readonly #goTables = new Map<string, Buffer>();
	/** by path: symbols by the name that perf prints */
	readonly #byName = new Map<string, ReadonlyMap<string, readonly ListedSymbol[]>>();

	/** Is it a symbol without a size? */
	isLabel(frame: SampleFrame, pid: number): boolean {
		const found = this.#named(frame, pid);
		return found.length > 0 && found.every(({ isSized }) => !isSized);
	}

	/** Do both names, the one as perf prints it and the other as we do, come of symbols at one address? */
	areAliases(frame: SampleFrame, ours: string, pid: number): boolean {
		const places = new Set(this.#named(frame, pid).map(({ address }) => address));
		return this.#symbolsOf(pathOf(frame.module, pid)).some(
			({ address, name }) => places.has(address) && cleanText(demangler()(name)) === ours,
		);
	}

	/** Are both names, the one as perf prints it and the other as we do, of one and the same symbol? */
	isOneSymbol(frame: SampleFrame, ours: string, pid: number): boolean {
		return this.#named(frame, pid).some(({ name }) => cleanText(demangler()(name)) === ours);
	}

	/** Has the file no symbols, but a table of Go's functions, and does that one hold the name? */
	isOfGoTable({ module }: SampleFrame, ours: string, pid: number): boolean {
		const path = pathOf(module, pid);
		if (!path.startsWith("/") || this.#symbolsOf(path).length > 0) return false;
		const table = this.#goTables.get(path) ?? goTableOf(path);
		this.#goTables.set(path, table);
		return table.includes(`\0${ours}\0`);
	}

	#named({ module, name }: SampleFrame, pid: number): readonly ListedSymbol[] {
		const path = pathOf(module, pid);
		let names = this.#byName.get(path);
		if (names === undefined) {
			const symbols = this.#symbolsOf(path);
			names = Map.groupBy(symbols, perfNames(symbols));
			this.#byName.set(path, names);
		}
		return names.get(name) ?? [];
	}

	#symbolsOf(path: string): readonly ListedSymbol[] {
		const known = this.#listed.get(path);
		if (known !== undefined) return known;
		const found = path.startsWith("/")
			? [...listed([path]), ...listed(["-D", path]), ...listed([debugFileOf(path)])]
			: [];
		this.#listed.set(path, found);
		return found;
	}
}

/** Does the process see other files than we do, or did it, as far as can be told when it is gone? */
export function hasOtherFiles(pid: number, path: string): boolean {
	try {
		return readlinkSync(`/proc/${pid}/ns/mnt`) !== readlinkSync("/proc/self/ns/mnt");
	} catch {
		return !existsSync(path);
	}
}

/** Has the file been removed, replaced or written since? @param since milliseconds since 1970 */
export function hasChanged(path: string, since: number): boolean {
	const now = statSync(path, { throwIfNoEntry: false });
	return now === undefined || now.ctimeMs > since;
}

/** @param module as the process sees it */
function pathOf(module: string, pid: number): string {
	return module.startsWith("/") && hasOtherFiles(pid, module) ? `/proc/${pid}/root${module}` : module;
}

function perfNames(symbols: readonly ListedSymbol[]): (symbol: ListedSymbol, index: number) => string {
	const printed = binutilsNames(symbols.map(({ name }) => name));
	return (_symbol, index) => cleanText(printed[index]);
}

/** What c++filt makes of mangled names, as perf would print them. */
export function binutilsNames(names: readonly string[]): string[] {
	return output("c++filt", ["-p", "-i"], names.join("\n")).split("\n");
}

/** @returns the names in a file's symbol table, mangled as they are */
export function namesIn(path: string): string[] {
	return [...new Set(listed([path]).map(({ name }) => name))];
}

function listed(args: readonly string[]): ListedSymbol[] {
	return Array.from(output("nm", ["-S", ...args]).matchAll(LISTED), ([, address, size, name]) => ({
		address,
		isSized: size !== undefined,
		name,
	}));
}

/** Where distributions put debug information, by the build-id. */
function debugFileOf(module: string): string {
	const id = /Build ID: ([0-9a-f]+)/.exec(output("readelf", ["-n", module]))?.[1] ?? "";
	return `/usr/lib/debug/.build-id/${id.slice(0, 2)}/${id.slice(2)}.debug`;
}

/** @returns empty where the file has none */
function goTableOf(path: string): Buffer {
	const sections = output("readelf", ["--sections", "--wide", path]);
	const found = / \.(?:data\.rel\.ro\.)?gopclntab +\w+ +[0-9a-f]+ ([0-9a-f]+) ([0-9a-f]+) /.exec(sections);
	if (found === null) return Buffer.alloc(0);
	const [offset, size] = found.slice(1).map((digits) => Number.parseInt(digits, 16));
	return readFileSync(path).subarray(offset, offset + size);
}

/** @returns empty for a file that is not there or has no symbols */
function output(command: string, args: readonly string[], input = ""): string {
	try {
		const stdio = ["pipe", "pipe", "ignore"] as const;
		return execFileSync(command, args, { encoding: "utf8", maxBuffer: 2 ** 28, input, stdio: [...stdio] });
	} catch {
		return "";
	}
}
