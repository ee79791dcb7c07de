/** Longest line kept, in UTF-16 units; the rest of a longer one is dropped. */
export const MAX_LINE_LENGTH = 1024 * 1024;

/**
 * Cuts a stream of bytes into lines. Broken UTF-8 becomes U+FFFD; characters may be split between chunks.
 * Holds at most one line of MAX_LINE_LENGTH and the current chunk.
 */
export class LineSplitter {
	readonly #onLine: (line: string) => void;
	readonly #decoder = new TextDecoder("utf-8", { ignoreBOM: true });
	#rest = "";

	/** @param onLine gets each line without its `\n` or `\r\n` */
	constructor(onLine: (line: string) => void) {
		this.#onLine = onLine;
	}

	push(chunk: Uint8Array): void {
		this.pushText(this.#decoder.decode(chunk, { stream: true }));
	}

	pushText(text: string): void {
		let start = 0;
		for (let end = text.indexOf("\n"); end >= 0; end = text.indexOf("\n", start)) {
			this.#emit(this.#rest + text.slice(start, end));
			this.#rest = "";
			start = end + 1;
		}
		this.#rest = (this.#rest + text.slice(start)).slice(0, MAX_LINE_LENGTH);
	}

	/** Emits what stands after the last line end, if anything. */
	end(): void {
		this.pushText(this.#decoder.decode());
		if (this.#rest !== "") this.#emit(this.#rest);
		this.#rest = "";
	}

	#emit(line: string): void {
		const end = line.endsWith("\r") ? -1 : undefined;
		this.#onLine(line.slice(0, MAX_LINE_LENGTH).slice(0, end));
	}
}
