import { detachText } from "../frame-name.ts";
import { type Profile, ProfileFormatError } from "../model.ts";
import { BpftraceMaps } from "./bpftrace-maps.ts";
import { LineSplitter } from "./lines.ts";

const FIRST_LINE = /^(@\w*)\[(.*)$/;
const LAST_LINE = /^(.*)\]: (-?\d+)$/;
const INT64_MAX = 2n ** 63n - 1n;
/** bpftrace's own limit for a stack is 1024 frames. */
const MAX_KEY_LINES = 65_536;

/** Reads the maps with stacks that bpftrace prints when it ends, chunk by chunk; whatever else it printed is passed over. */
export class BpftraceReader {
	readonly #maps = new BpftraceMaps();
	readonly #lines = new LineSplitter((line) => this.#readLine(line));
	#lineNumber = 0;
	/** of the key that has not ended yet */
	#map = "";
	#key: string[] | undefined;

	/** @throws ProfileFormatError with the number of the line */
	push(chunk: Uint8Array): void {
		this.#lines.push(chunk);
	}

	/** @throws ProfileFormatError with the number of the line */
	end(): Profile {
		this.#lines.end();
		if (this.#key !== undefined) this.#fail("cut off within a key");
		return this.#maps.profile() ?? this.#fail("no map with stacks");
	}

	#readLine(line: string): void {
		this.#lineNumber++;
		const first = FIRST_LINE.exec(line);
		if (first !== null) {
			this.#map = detachText(first[1]);
			this.#key = [];
		}
		if (this.#key === undefined) return;
		const text = first === null ? line : first[2];
		const last = LAST_LINE.exec(text);
		this.#key.push(detachText(last === null ? text : last[1]));
		if (last !== null) {
			const value = BigInt(last[2]);
			if (value > INT64_MAX || value < -INT64_MAX) this.#fail("a number of more than 64 bits");
			if (!this.#maps.add(this.#map, this.#key, value)) this.#fail("too many maps");
			this.#key = undefined;
		} else if (this.#key.length > MAX_KEY_LINES) this.#fail("a key without an end");
	}

	#fail(reason: string): never {
		throw new ProfileFormatError("bpftrace", this.#lineNumber, reason);
	}
}
