import { closeSync, openSync, write, writeSync } from "node:fs";
import { type FileHandle, open, rm } from "node:fs/promises";
import { promisify } from "node:util";
import type { SampleTimes } from "../../profile/model.ts";
import { renumberedTimes, type SampleTimeSink, TimeOrder } from "../../profile/sample-times.ts";

/** Bytes of a sample: its row (4) and its time, a double (8). */
export const SPOOLED_BYTES = 12;
const RECORDS_PER_WRITE = 8192;
const WRITE_BYTES = SPOOLED_BYTES * RECORDS_PER_WRITE;
/** As many are read back at once, and put in order among themselves and their neighbours. */
const RECORDS_PER_READ = 65_536;
/** Writes that may wait for the disk, 6 MB; beyond that whoever pushes waits, and memory stays bounded. */
const MOST_WAITING = 64;

const writePart = promisify(write);

export interface TimeSpoolOptions {
	/** its folder must be there when it is first written to; removed by `close` */
	readonly path: string;
	/** bytes it may have; beyond that all times are dropped, since a part of them would pass for the whole */
	readonly limit: number;
	/** told why, in a sentence; the recording goes on without times */
	readonly onDropped: (reason: string) => void;
}

/** When a recording's samples were taken: on the disk, not in memory, however long it lasts. */
export interface TimeSpool extends SampleTimeSink {
	/**
	 * What has been pushed up to this call, in pieces, nearly in the order of time. May be called again and again.
	 * Fails when it is read after they have been given up.
	 * @param rowOf from `ProfileBuilder.rowNumbers`, of the same moment
	 * @returns undefined when times are not kept
	 */
	times(rowOf?: Uint32Array): AsyncIterable<SampleTimes> | undefined;
	/** Gives them up. */
	drop(reason: string): void;
	/** Removes the file; nothing is kept any more. */
	close(): Promise<void>;
}

export function createTimeSpool(options: TimeSpoolOptions): TimeSpool {
	return new FileTimeSpool(options);
}

class FileTimeSpool implements TimeSpool {
	readonly #options: TimeSpoolOptions;
	#unwritten = new DataView(new ArrayBuffer(WRITE_BYTES));
	/** bytes of it that are used */
	#used = 0;
	/** bytes handed to the disk */
	#handed = 0;
	#waiting = 0;
	#isKept = true;
	/** opened by the first write: most recordings are short and need none */
	#file: number | undefined;
	#written: Promise<void> = Promise.resolve();
	#closed: Promise<void> | undefined;

	constructor(options: TimeSpoolOptions) {
		this.#options = options;
	}

	push(row: number, nanoseconds: number): void {
		if (!this.#isKept) return;
		this.#unwritten.setUint32(this.#used, row, true);
		this.#unwritten.setFloat64(this.#used + 4, nanoseconds, true);
		this.#used += SPOOLED_BYTES;
		if (this.#used < WRITE_BYTES) return;
		if (this.#handed + WRITE_BYTES > this.#options.limit) this.drop("there is no room for more of them");
		else this.#write();
	}

	times(rowOf?: Uint32Array): AsyncIterable<SampleTimes> | undefined {
		if (!this.#isKept) return undefined;
		const unwritten = new DataView(this.#unwritten.buffer.slice(0, this.#used));
		return renumbered(this.#read(this.#handed, unwritten), rowOf);
	}

	drop(reason: string): void {
		if (!this.#isKept) return;
		this.#options.onDropped(`The times of samples are not kept: ${reason}.`);
		void this.close();
	}

	close(): Promise<void> {
		this.#isKept = false;
		this.#unwritten = new DataView(new ArrayBuffer(0));
		this.#closed ??= this.#remove();
		return this.#closed;
	}

	async #remove(): Promise<void> {
		if (this.#file === undefined) return;
		await this.#written;
		closeSync(this.#file);
		await rm(this.#options.path, { force: true }).catch(() => undefined);
	}

	#write(): void {
		try {
			this.#file ??= openSync(this.#options.path, "w+", 0o600);
			if (this.#waiting < MOST_WAITING) this.#writeLater(this.#file, this.#unwritten, this.#handed);
			else writeNow(this.#file, this.#unwritten, this.#handed);
		} catch (error) {
			this.drop((error as Error).message);
			return;
		}
		this.#handed += WRITE_BYTES;
		this.#unwritten = new DataView(new ArrayBuffer(WRITE_BYTES));
		this.#used = 0;
	}

	#writeLater(file: number, bytes: DataView, position: number): void {
		this.#waiting++;
		const written = writeAll(file, bytes, position)
			.catch((error: Error) => this.drop(error.message))
			.finally(() => {
				this.#waiting--;
			});
		this.#written = Promise.all([this.#written, written]).then(() => undefined);
	}

	async *#read(end: number, unwritten: DataView): AsyncGenerator<SampleTimes> {
		await this.#written;
		if (!this.#isKept) throw new Error("The times of samples have been given up meanwhile");
		const order = new TimeOrder();
		if (end > 0) {
			const file = await open(this.#options.path, "r");
			try {
				for await (const piece of piecesOf(file, end)) yield order.push(piece);
			} finally {
				await file.close();
			}
		}
		yield order.push(timesIn(unwritten, unwritten.byteLength));
		yield order.end();
	}
}

async function* piecesOf(file: FileHandle, end: number): AsyncGenerator<SampleTimes> {
	const piece = new DataView(new ArrayBuffer(RECORDS_PER_READ * SPOOLED_BYTES));
	for (let at = 0; at < end; at += piece.byteLength) {
		const length = Math.min(piece.byteLength, end - at);
		await readAll(file, piece, length, at);
		yield timesIn(piece, length);
	}
}

/** The builder may have finer rows than the profile. */
async function* renumbered(
	times: AsyncIterable<SampleTimes>,
	rowOf: Uint32Array | undefined,
): AsyncGenerator<SampleTimes> {
	for await (const piece of times) yield renumberedTimes(piece, rowOf);
}

async function writeAll(file: number, bytes: DataView, position: number): Promise<void> {
	for (let at = 0; at < bytes.byteLength; ) {
		at += (await writePart(file, bytes, at, bytes.byteLength - at, position + at)).bytesWritten;
	}
}

function writeNow(file: number, bytes: DataView, position: number): void {
	for (let at = 0; at < bytes.byteLength; ) {
		at += writeSync(file, bytes, at, bytes.byteLength - at, position + at);
	}
}

/** @throws when the file is shorter than what was written */
async function readAll(file: FileHandle, into: DataView, length: number, position: number): Promise<void> {
	for (let at = 0; at < length; ) {
		const { bytesRead } = await file.read(into, at, length - at, position + at);
		if (bytesRead === 0) throw new Error("The spool of sample times is shorter than what was written to it");
		at += bytesRead;
	}
}

function timesIn(records: DataView, bytes: number): SampleTimes {
	const length = bytes / SPOOLED_BYTES;
	const sample = new Uint32Array(length);
	const nanoseconds = new Float64Array(length);
	for (let index = 0, at = 0; index < length; index++, at += SPOOLED_BYTES) {
		sample[index] = records.getUint32(at, true);
		nanoseconds[index] = records.getFloat64(at + 4, true);
	}
	return { sample, nanoseconds };
}
