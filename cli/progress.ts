import { basename } from "node:path";
import type { Terminal } from "./terminal.ts";

/** What takes less is not worth a word. */
const QUIET_MILLISECONDS = 1000;
const STEP_MILLISECONDS = 250;
const MEGABYTE = 1_000_000;

/** Tells on standard error how much of an input has been read. */
export class Progress {
	readonly #terminal: Terminal;
	readonly #name: string;
	readonly #size: number | undefined;
	readonly #isTold: boolean;
	#next = performance.now() + QUIET_MILLISECONDS;
	#isShown = false;

	/**
	 * @param size of the input in bytes, where it is known
	 * @param always also where standard error is no terminal
	 */
	constructor(
		terminal: Terminal,
		{ name, size, always }: { name: string; size: number | undefined; always: boolean },
	) {
		this.#terminal = terminal;
		this.#name = basename(name);
		this.#size = size;
		this.#isTold = always || terminal.stderr.isTTY === true;
	}

	readonly update = (bytesRead: number): void => {
		const now = performance.now();
		if (!this.#isTold || now < this.#next) return;
		this.#next = now + STEP_MILLISECONDS;
		const share = this.#size ? ` (${Math.floor((bytesRead / this.#size) * 100)}%)` : "";
		this.#show(`Reading ${this.#name}: ${(bytesRead / MEGABYTE).toFixed(1)} MB${share}`);
	};

	/** Leaves no trace on a terminal. */
	end(): void {
		if (this.#isShown && this.#terminal.stderr.isTTY) this.#terminal.stderr.write("\r\u001b[K");
		this.#isShown = false;
	}

	#show(text: string): void {
		this.#isShown = true;
		this.#terminal.stderr.write(this.#terminal.stderr.isTTY ? `\r\u001b[K${text}` : `${text}\n`);
	}
}
