import { RECORD, RECORD_HEADER_BYTES, SAMPLE_FIELD } from "../read/perf-data/record-types.ts";

export interface StreamEvent {
	/** PERF_TYPE_*; default 1: software */
	readonly type?: number;
	/** default 0: cpu-clock */
	readonly config?: number;
	/** of its records */
	readonly id: number;
	/** SAMPLE_FIELD bits besides those of every event here: IDENTIFIER, IP, TID, TIME, PERIOD, CALLCHAIN */
	readonly fields?: number;
	readonly readFormat?: number;
	/** bytes of its attributes; default 128, perf 6's */
	readonly attributeBytes?: number;
}

export interface StreamSample {
	readonly id: number;
	readonly pid: number;
	readonly tid: number;
	readonly time: number;
	readonly period?: number;
	/** 64 bits each, from the leaf on, with the markers of contexts */
	readonly chain: readonly (number | bigint)[];
	/** words between the period and the chain: READ values */
	readonly read?: readonly number[];
}

export interface StreamMapping {
	readonly pid: number;
	readonly start: number;
	readonly length: number;
	readonly path: string;
	/** where in the file `start` stands; default 0 */
	readonly fileOffset?: number;
	/** default 0: perf found it there when it began */
	readonly time?: number;
}

const EVERY =
	SAMPLE_FIELD.identifier |
	SAMPLE_FIELD.ip |
	SAMPLE_FIELD.tid |
	SAMPLE_FIELD.time |
	SAMPLE_FIELD.period |
	SAMPLE_FIELD.callchain;
const SAMPLE_ID_ALL = 1n << 18n;
/** In a sample: header, identifier, ip, process, thread, time ... */
const TID_AT = 28;
const TIME_AT = 32;
/** Before addresses of user space. */
export const USER_CONTEXT = 0xffff_ffff_ffff_fe00n;
const DEVICE = 1;
const INODE = 2;
const READ_AND_EXECUTE = 5;

/** Writes perf's pipe form: records that no machine at hand makes, or more of them than anybody wants to wait for. */
export class PerfStream {
	#bytes = new Uint8Array(4096);
	#view = new DataView(this.#bytes.buffer);
	#length = 0;

	/** What was written since the last time; valid until the next record. */
	take(): Uint8Array<ArrayBuffer> {
		const taken = this.#bytes.subarray(0, this.#length);
		this.#length = 0;
		return taken;
	}

	header(): this {
		this.#reserve(16);
		new TextEncoder().encodeInto("PERFILE2", this.#bytes.subarray(this.#length));
		this.#view.setBigUint64(this.#length + 8, 16n, true);
		this.#length += 16;
		return this;
	}

	event({ type = 1, config = 0, id, fields = 0, readFormat = 0, attributeBytes = 128 }: StreamEvent): this {
		const words: bigint[] = Array.from({ length: attributeBytes / 8 }, () => 0n);
		words[0] = BigInt(type) | (BigInt(attributeBytes) << 32n);
		words[1] = BigInt(config);
		words[3] = BigInt(EVERY | fields);
		words[4] = BigInt(readFormat);
		words[5] = SAMPLE_ID_ALL;
		return this.record(RECORD.attribute, 0, [...words, id]);
	}

	sample({ id, pid, tid, time, period = 1, chain, read = [] }: StreamSample): this {
		const own = [id, chain[0] ?? 0, pid + tid * 2 ** 32, time, period, ...read];
		return this.record(RECORD.sample, 2, [...own, chain.length + 1, USER_CONTEXT, ...chain]);
	}

	/**
	 * Much quicker than `sample`.
	 * @param sample such a record, as `take` gave it
	 */
	sampleAgain(sample: Uint8Array, tid: number, time: number): this {
		this.#reserve(sample.length);
		this.#bytes.set(sample, this.#length);
		this.#view.setUint32(this.#length + TID_AT, tid, true);
		this.#view.setUint32(this.#length + TIME_AT, time % 2 ** 32, true);
		this.#view.setUint32(this.#length + TIME_AT + 4, Math.floor(time / 2 ** 32), true);
		this.#length += sample.length;
		return this;
	}

	/** Code of a file. */
	mapping({ pid, start, length, path, fileOffset = 0, time = 0 }: StreamMapping): this {
		const own = [bothIds(pid), start, length, fileOffset, DEVICE, INODE, 0, READ_AND_EXECUTE];
		return this.record(RECORD.mmap2, 2, [...own, ...textWords(path), bothIds(pid), time, 0]);
	}

	command(pid: number, command: string, time = 0): this {
		return this.record(RECORD.comm, 0, [bothIds(pid), ...textWords(command), bothIds(pid), time, 0]);
	}

	endRound(): this {
		return this.record(RECORD.finishedRound, 0, []);
	}

	/** @param words of 64 bits behind the header; those of the kernel end in ids of process and thread, time and id of the event */
	record(type: number, misc: number, words: readonly (number | bigint)[]): this {
		const size = RECORD_HEADER_BYTES + 8 * words.length;
		this.#reserve(size);
		this.#view.setUint32(this.#length, type, true);
		this.#view.setUint16(this.#length + 4, misc, true);
		this.#view.setUint16(this.#length + 6, size, true);
		let at = this.#length + RECORD_HEADER_BYTES;
		for (const word of words) {
			if (typeof word === "bigint") this.#view.setBigUint64(at, word, true);
			else {
				this.#view.setUint32(at, word % 2 ** 32, true);
				this.#view.setUint32(at + 4, Math.floor(word / 2 ** 32), true);
			}
			at += 8;
		}
		this.#length += size;
		return this;
	}

	#reserve(size: number): void {
		if (this.#length + size <= this.#bytes.length) return;
		const larger = new Uint8Array(2 * this.#bytes.length + size);
		larger.set(this.#bytes);
		this.#bytes = larger;
		this.#view = new DataView(larger.buffer);
	}
}

/** Of a process and of its first thread. */
function bothIds(pid: number): number {
	return pid * (2 ** 32 + 1);
}

/** A text as records have it: ended by a 0, filled up to 8 bytes. */
export function textWords(text: string): bigint[] {
	const bytes = new Uint8Array(8 * Math.ceil((text.length + 1) / 8));
	new TextEncoder().encodeInto(text, bytes);
	const view = new DataView(bytes.buffer);
	return Array.from({ length: bytes.length / 8 }, (_, index) => view.getBigUint64(8 * index, true));
}
