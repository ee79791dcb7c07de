import { open, readFile } from "node:fs/promises";
import { basename } from "node:path";
import type { Runtime } from "../../contract/target.ts";
import { executableOf } from "./process-info.ts";

/** By the executable's name, first hit wins. */
const BY_NAME: readonly (readonly [RegExp, Runtime])[] = [
	[/^(node|nodejs)(-?\d.*)?$/, "node"],
	[/^java$/, "java"],
	[/^python\d*(\.\d+)*$/, "python"],
	[/^ruby[\d.]*$/, "ruby"],
	[/^dotnet$/, "dotnet"],
	[/^php(-fpm|-cgi)?[\d.]*$/, "php"],
];

/** Name and type of the note that the Go linker writes; it stands within the first pages of the file. */
const GO_NOTE = Buffer.from([4, 0, 0, 0, 0x47, 0x6f, 0, 0]);
const GO_NOTE_WITHIN = 16_384;

/** What runs the process; `unknown` where its executable cannot be read. */
export async function runtimeOf(pid: number): Promise<Runtime> {
	const path = await executableOf(pid);
	if (path === "") return "unknown";
	const name = basename(path);
	const named = BY_NAME.find(([pattern]) => pattern.test(name));
	if (named) return named[1];
	return (await hasGoNote(pid)) ? "go" : "native";
}

async function hasGoNote(pid: number): Promise<boolean> {
	try {
		await using file = await open(`/proc/${pid}/exe`, "r");
		const { buffer, bytesRead } = await file.read(Buffer.alloc(GO_NOTE_WITHIN), 0, GO_NOTE_WITHIN, 0);
		return buffer.subarray(0, bytesRead).includes(GO_NOTE);
	} catch {
		// gone, or not ours to read: then it is shown as native, which promises nothing
		return false;
	}
}

/** The process's arguments and environment, for what its runtime was told; empty where the agent may not read them. */
export async function settingsOf(pid: number): Promise<{ arguments: string[]; environment: string[] }> {
	const [commandLine, environment] = await Promise.all([
		readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => ""),
		readFile(`/proc/${pid}/environ`, "utf8").catch(() => ""),
	]);
	return { arguments: commandLine.split("\0"), environment: environment.split("\0") };
}
