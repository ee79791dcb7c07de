import type { Readable } from "node:stream";
import type { ToolProcess } from "./tool-process.ts";

/** Lines of a tool's stderr are cut here, so that one endless line cannot fill the memory. */
const LINE_LIMIT = 2000;

/** Cuts a tool's stderr into lines that are harmless to show anywhere. */
export class ToolLog {
	#rest = "";
	readonly #onLine: (line: string) => void;

	constructor(onLine: (line: string) => void) {
		this.#onLine = onLine;
	}

	push(chunk: Buffer): void {
		const lines = (this.#rest + chunk.toString("utf8")).split(/[\r\n]+/);
		this.#rest = (lines.pop() ?? "").slice(0, LINE_LIMIT);
		for (const line of lines) this.#emit(line);
	}

	end(): void {
		this.#emit(this.#rest);
		this.#rest = "";
	}

	#emit(line: string): void {
		// biome-ignore lint/suspicious/noControlCharactersInRegex: names of the target may stand in it
		const harmless = line.replace(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g, "").trim();
		if (harmless !== "") this.#onLine(harmless.slice(0, LINE_LIMIT));
	}
}

/** Hands on what a tool says on its standard error, line by line, until it is gone. */
export async function listenTo(tool: ToolProcess, onLine: (line: string) => void): Promise<void> {
	const log = new ToolLog(onLine);
	try {
		for await (const chunk of tool.child.stderr as Readable) log.push(chunk as Buffer);
	} catch {
		// its pipe broke: it is gone, and its exit says why
	}
	log.end();
}
