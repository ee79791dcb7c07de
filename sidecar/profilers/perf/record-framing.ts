/** The stream's own header: "PERFILE2" and its size. */
const STREAM_HEADER = 16;
/** Type (4 bytes), misc (2), size of the record with this header (2). */
const RECORD_HEADER = 8;

/**
 * Cuts perf's stream at record borders, so that a stream that breaks off (perf killed, disk full) still ends in a whole
 * record: `perf script` gives up everything it holds back when it meets half of one.
 */
export class RecordFraming {
	#rest: Buffer = Buffer.alloc(0);
	#started = false;
	#lost = false;

	/** @returns all records that are whole by now, as they came */
	push(chunk: Buffer): Buffer {
		if (this.#lost) return chunk;
		const bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
		const end = this.#endOfWhole(bytes);
		this.#rest = Buffer.from(bytes.subarray(end));
		return bytes.subarray(0, end);
	}

	#endOfWhole(bytes: Buffer): number {
		let end = 0;
		if (!this.#started) {
			if (bytes.length < STREAM_HEADER) return 0;
			this.#started = true;
			end = STREAM_HEADER;
		}
		while (bytes.length - end >= RECORD_HEADER) {
			const size = bytes.readUInt16LE(end + 6);
			if (size < RECORD_HEADER) {
				// not what we know as perf's stream: let perf script judge it
				this.#lost = true;
				return bytes.length;
			}
			if (end + size > bytes.length) break;
			end += size;
		}
		return end;
	}
}
