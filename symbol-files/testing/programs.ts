import { execFile } from "node:child_process";
import { accessSync, constants, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";
import type { MappedFile } from "../../profile/read/perf-data/mappings.ts";
import type { ElfFile } from "../../profile/symbols/elf.ts";
import { fileOffsets } from "../../profile/symbols/symbol-entries.ts";

/** A folder for one test file, removed when its process ends. */
export function temporaryFolder(): string {
	const folder = mkdtempSync(join(tmpdir(), "furnace-test-symbols-"));
	process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
	return folder;
}

/** @returns a reason to skip where one of the tools is missing */
export function withoutTools(...names: string[]): string | false {
	const missing = names.filter((name) => !isInstalled(name));
	return missing.length > 0 && `no ${missing.join(", ")} here`;
}

function isInstalled(command: string): boolean {
	return (process.env.PATH ?? "").split(delimiter).some((folder) => {
		try {
			accessSync(join(folder, command), constants.X_OK);
			return true;
		} catch {
			return false;
		}
	});
}

/** @returns what it prints */
export async function run(
	command: string,
	commandArguments: readonly string[],
	cwd?: string,
): Promise<string> {
	const options = { maxBuffer: 2 ** 28, ...(cwd === undefined ? {} : { cwd }) };
	const { stdout } = await promisify(execFile)(command, commandArguments, options);
	return stdout;
}

/** A function as `nm` has it. */
export interface NamedFunction {
	readonly name: string;
	/** in the mapped file */
	readonly offset: number;
	readonly size: number;
}

/** Functions with a size, by `nm`. */
export async function functionsOf(path: string, elf: ElfFile): Promise<NamedFunction[]> {
	const text = elf.sections.find(({ name }) => name === ".text");
	if (text === undefined) return [];
	const toOffset = fileOffsets(elf);
	const lines = (await run("nm", ["-S", path])).matchAll(/^([0-9a-f]+) ([0-9a-f]+) [tT] (.+)$/gm);
	return Array.from(lines, ([, address, size, name]) => ({
		name,
		offset: toOffset(Number.parseInt(address, 16), text),
		size: Number.parseInt(size, 16),
	}));
}

/** A file as if our own process had mapped it, where no such mapping is. */
export function mappedHere(path: string): MappedFile {
	return { path, buildId: "", inode: "", pid: process.pid, start: 0, end: 4096 };
}

/**
 * Compiles a C program whose function `outer` calls the static `inner`, which burns.
 * @returns its path
 */
export async function compileBurner(folder: string, name: string): Promise<string> {
	const program = join(folder, name);
	// optimised, a function that calls no other has no frame pointer of its own and hides its caller
	const flags = ["-O0", "-g"];
	await run("gcc", [...flags, "-o", program, join(import.meta.dirname, "burner.c")]);
	return program;
}
