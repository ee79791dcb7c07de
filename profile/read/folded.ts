import { NO_THREAD, ProfileBuilder } from "../builder.ts";
import { detachText, isNameless } from "../frame-name.ts";
import { type Frame, type Profile, ProfileFormatError, type ValueType } from "../model.ts";
import { LineSplitter } from "./lines.ts";

export interface FoldedOptions {
	/** what the numbers count, which the format does not say; default samples */
	readonly valueType?: ValueType;
}

const LINE = /^(.*)[ \t](\d+)$/;
/** What async-profiler and FlameGraph's collapse scripts put behind a name: in which code it was found. */
const ANNOTATION = /^(.+)_\[([01ijk])\]$/s;
const INT64_MAX = 2n ** 63n - 1n;
/** Names remembered with their frames: hot ones repeat, and this many bound the memory. */
const MAX_CACHED_NAMES = 1_000_000;

/**
 * Reads folded stacks, chunk by chunk: on each line frames from the root on, separated by `;`, then a blank and a whole
 * number. Empty lines are skipped; broken UTF-8 becomes U+FFFD. `_[k]` behind a name marks the kernel; `_[j]`, `_[i]`,
 * `_[0]` and `_[1]` mark code of a Java virtual machine, and are left out: a method compiled again is the same method.
 */
export class FoldedReader {
	readonly #builder: ProfileBuilder;
	readonly #indices = new Map<string, number>();
	readonly #lines = new LineSplitter((line) => this.#readLine(line));
	#lineNumber = 0;

	constructor(options: FoldedOptions = {}) {
		const valueType = options.valueType ?? { type: "samples", unit: "count" };
		this.#builder = new ProfileBuilder({ valueTypes: [valueType] });
	}

	/** @throws ProfileFormatError with the number of the line */
	push(chunk: Uint8Array | string): void {
		if (typeof chunk === "string") this.#lines.pushText(chunk);
		else this.#lines.push(chunk);
	}

	/** @throws ProfileFormatError with the number of the line */
	end(): Profile {
		this.#lines.end();
		return this.#builder.snapshot();
	}

	#readLine(line: string): void {
		this.#lineNumber++;
		if (line.trim() === "") return;
		const match = LINE.exec(line);
		if (match === null) {
			throw new ProfileFormatError("folded", this.#lineNumber, "no number at the end of the line");
		}
		const weight = BigInt(match[2]);
		if (weight > INT64_MAX) {
			throw new ProfileFormatError("folded", this.#lineNumber, "a number of more than 64 bits");
		}
		const frames = match[1].split(";").map((name) => this.#frameOf(name));
		this.#builder.add(this.#builder.stack(frames), NO_THREAD, [weight]);
	}

	#frameOf(name: string): number {
		let index = this.#indices.get(name);
		if (index === undefined) {
			if (this.#indices.size >= MAX_CACHED_NAMES) this.#indices.clear();
			index = this.#builder.frame(frameOf(name));
			this.#indices.set(detachText(name), index);
		}
		return index;
	}
}

/** Reads folded stacks that are there as a whole. @throws ProfileFormatError with the number of the line */
export function readFolded(input: string | Uint8Array, options: FoldedOptions = {}): Profile {
	const reader = new FoldedReader(options);
	reader.push(input);
	return reader.end();
}

function frameOf(name: string): Frame {
	const annotated = ANNOTATION.exec(name);
	if (annotated !== null) {
		const isKernel = annotated[2] === "k";
		return {
			name: annotated[1],
			module: isKernel ? "[kernel]" : "",
			kind: isKernel ? "kernel" : "jit",
			file: "",
			line: 0,
		};
	}
	return { name, module: "", kind: isNameless(name) ? "unknown" : "user", file: "", line: 0 };
}
