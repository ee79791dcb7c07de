import { ZstdDecoder } from "../zstd/zstd-decoder.ts";
import { ZstdError } from "../zstd/zstd-error.ts";
import { cutRecords, joined, type RecordVisitor } from "./cut-records.ts";
import { RECORD, RECORD_HEADER_BYTES } from "./record-types.ts";
import { unsignedAt } from "./words.ts";

/** One record holds at most 64 KiB of what was the ring buffer of a CPU, half a megabyte where nobody asked for more. */
const MOST_FROM_ONE = 64 * 1024 * 1024;

/**
 * The records inside of compressed ones (`perf record -z`). What they hold is one stream of zstd from the first to the
 * last, cut anywhere: also in the middle of a block, or of a record.
 */
export class CompressedRecords {
	readonly #visit: RecordVisitor;
	readonly #decoder = new ZstdDecoder((bytes) => this.#take(bytes));
	#rest: Uint8Array<ArrayBuffer> = new Uint8Array(0);
	#made = 0;

	constructor(visit: RecordVisitor) {
		this.#visit = visit;
	}

	/** @param size of the compressed record at `at`. @throws ZstdError */
	read(type: number, view: DataView<ArrayBuffer>, at: number, size: number): void {
		let start = at + RECORD_HEADER_BYTES;
		let length = size - RECORD_HEADER_BYTES;
		if (type === RECORD.compressed2) {
			// it says how much of it counts, since it is filled up to 8 bytes
			if (length < 8 || unsignedAt(view, start) > length - 8) throw new ZstdError("a cut off record");
			length = unsignedAt(view, start);
			start += 8;
		}
		this.#made = 0;
		this.#decoder.push(new Uint8Array(view.buffer, view.byteOffset + start, length));
	}

	#take(bytes: Uint8Array<ArrayBuffer>): void {
		this.#made += bytes.length;
		if (this.#made > MOST_FROM_ONE) throw new ZstdError(`more than ${MOST_FROM_ONE} bytes from one record`);
		const all = this.#rest.length === 0 ? bytes : joined(this.#rest, bytes);
		const used = cutRecords(all, this.#visit);
		this.#rest = all.slice(used);
	}
}
