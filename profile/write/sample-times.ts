import type { SampleTimes } from "../model.ts";
import { FIRST_TIMES_ID, FUNCTION, PROFILE, TIMES } from "../pprof-fields.ts";
import { partOf } from "../sample-times.ts";
import { ProtobufWriter } from "./protobuf.ts";

/** Times in one entry: some hundred kilobytes of memory while it is written or read. */
const TIMES_PER_ENTRY = 32_768;

/**
 * Writes when samples were taken, piece by piece, as fields that are appended to a pprof (see TIMES). Of each sample its
 * row is told by how many rows are newer, since most samples are of a new row or of a recent one, and the time by the step
 * from the sample before.
 */
export class SampleTimeWriter {
	#entries = 0;
	/** highest row so far */
	#newest = -1;
	#before = 0;
	readonly #out = new ProtobufWriter();

	/** @param times in about the order of time; what goes back in time costs more bytes, and is put in order when it is read */
	*chunks(times: SampleTimes): Generator<Uint8Array<ArrayBuffer>> {
		for (let begin = 0; begin < times.sample.length; begin += TIMES_PER_ENTRY) {
			yield this.#entry(partOf(times, begin, begin + TIMES_PER_ENTRY));
		}
	}

	#entry({ sample, nanoseconds }: SampleTimes): Uint8Array<ArrayBuffer> {
		const rows = Array.from(sample, (row) => {
			const distance = this.#newest + 1 - row;
			if (distance <= 0) this.#newest = row;
			return zigzag(distance);
		});
		const steps = Array.from(nanoseconds, (time) => {
			const rounded = Math.round(time);
			const step = rounded - this.#before;
			this.#before = rounded;
			return zigzag(step);
		});
		const columns = new ProtobufWriter();
		columns.packed(TIMES.row, rows);
		columns.packed(TIMES.step, steps);
		const entry = new ProtobufWriter();
		entry.integer(FUNCTION.id, FIRST_TIMES_ID + this.#entries++);
		entry.message(FUNCTION.times, columns);
		this.#out.message(PROFILE.function, entry);
		return this.#out.take();
	}
}

/** Small numbers for what is near 0 on either side: 0, -1, 1, -2 ... become 0, 1, 2, 3 ... */
function zigzag(value: number): number {
	return value < 0 ? -2 * value - 1 : 2 * value;
}
