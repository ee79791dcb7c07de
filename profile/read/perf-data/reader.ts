import { NO_THREAD, type ProfileBuilder } from "../../builder.ts";
import type { Symbols } from "../../symbols/symbols.ts";
import { type EventAttributes, readValuesLength } from "./attributes.ts";
import { HeldRecords } from "./held-records.ts";
import { Processes } from "./processes.ts";
import { RecordStream } from "./record-stream.ts";
import { MISC, RECORD, SAMPLE_FIELD } from "./record-types.ts";
import { MAX_CHAIN, type NamedFile, NO_ADDRESS, StackNames } from "./stack-names.ts";
import { addressAt, unsignedAt } from "./words.ts";

export interface PerfDataReaderOptions {
	/** made with `perfValueTypes`, or with `samples/count` alone */
	readonly builder: ProfileBuilder;
	readonly symbols: Symbols;
	/** begin each stack with a frame that has the command's name; default true */
	readonly processFrames?: boolean;
	/** build-ids by path, where a recording has them at its end: whoever can read that first may say so */
	readonly buildIds?: ReadonlyMap<string, string>;
	/** Samples of other processes are dropped; absent: all count. */
	readonly accepts?: (pid: number) => boolean;
}

const ONE_SAMPLE: readonly number[] = [1];
/** Markers in a call chain that say whose addresses follow. */
const CONTEXT = { hypervisor: -32, kernel: -128, user: -512, lowest: -4095 } as const;
/** Without rounds (a foreign writer) records are put in order in portions of so many. */
const HELD_AT_MOST = 500_000;
const PROT_EXEC = 4;

/**
 * Reads perf's own format, file or pipe form, chunk by chunk, into a profile builder.
 *
 * Records of several CPUs come interleaved: what arrived before the end of the previous round is older than anything
 * that may still come, so it is put in order and read then.
 */
export class PerfDataReader {
	/** samples read */
	samples = 0;
	/** samples that the kernel had to drop, as far as perf was told */
	lost = 0;
	/** records that were not understood */
	skipped = 0;
	readonly #options: PerfDataReaderOptions;
	readonly #stream: RecordStream;
	readonly #events: EventAttributes[] = [];
	readonly #eventOfId = new Map<number, EventAttributes>();
	readonly #processes = new Processes<NamedFile>();
	readonly #names: StackNames;
	readonly #buildIds: Map<string, string>;
	readonly #held = new HeldRecords();
	/** among the held ones is one that changes what threads and mappings there are */
	#holdsState = false;
	#roundLatest = 0;
	#previousRoundLatest = 0;
	#firstTime = -1;
	/** of the sample being read, from the leaf on */
	readonly #chain = new Float64Array(MAX_CHAIN);

	constructor(options: PerfDataReaderOptions) {
		this.#options = options;
		this.#buildIds = new Map(options.buildIds);
		this.#names = new StackNames(options.builder, options.symbols, options.processFrames ?? true);
		this.#stream = new RecordStream({
			onAttributes: (attributes, ids) => {
				this.#events.push(attributes);
				for (const id of ids) this.#eventOfId.set(id, attributes);
			},
			onRecord: (view, at, size) => this.#hold(view, at, size),
		});
	}

	/** @throws ProfileFormatError with the offset of what is wrong; what was read before stays counted */
	push(chunk: Uint8Array): void {
		this.#names.refresh();
		this.#stream.push(chunk);
	}

	/** The stream may end anywhere; a record that is cut off is left out. @throws ProfileFormatError */
	end(): void {
		this.#names.refresh();
		this.#flush(Number.POSITIVE_INFINITY);
		this.#stream.end();
	}

	#hold(view: DataView<ArrayBuffer>, at: number, size: number): void {
		const type = view.getUint32(at, true);
		if (type === RECORD.finishedRound) this.#endRound();
		else if (type >= RECORD.firstOfPerf) this.#readOfPerf(type, view, at, size);
		else this.#holdOfKernel(type, view, at, size);
	}

	#holdOfKernel(type: number, view: DataView<ArrayBuffer>, at: number, size: number): void {
		const time = this.#timeOf(type, view, at, size);
		if (time > this.#roundLatest) this.#roundLatest = time;
		if (type !== RECORD.sample) {
			this.#holdsState = true;
			this.#announce(type, view, at, size);
		}
		this.#held.push(view, at, time);
		if (this.#held.length >= HELD_AT_MOST) this.#flush(Number.POSITIVE_INFINITY);
	}

	#endRound(): void {
		this.#flush(this.#previousRoundLatest);
		this.#previousRoundLatest = this.#roundLatest;
	}

	/** Reads all records up to a time; samples alone need no order, only what changes the state between them does. */
	#flush(until: number): void {
		if (this.#held.length === 0) return;
		const inOrder = this.#holdsState;
		this.#held.take(until, inOrder, (view, at, time) => this.#read(view, at, time));
		if (this.#held.length === 0) this.#holdsState = false;
	}

	/** 0 for what perf made up of the processes that ran already: it comes before all else. */
	#timeOf(type: number, view: DataView, at: number, size: number): number {
		const attributes = this.#eventOf(type, view, at, size);
		if (attributes === undefined) return 0;
		if (type === RECORD.sample) {
			const { time } = attributes.sample;
			return time === -1 || time + 8 > size ? 0 : unsignedAt(view, at + time);
		}
		const distance = attributes.trailer.time;
		if (!attributes.sampleIdAll || distance === -1 || size - distance < 8) return 0;
		return unsignedAt(view, at + size - distance);
	}

	#eventOf(type: number, view: DataView, at: number, size: number): EventAttributes | undefined {
		const first = this.#events[0];
		if (this.#events.length <= 1) return first;
		let place = -1;
		if (type === RECORD.sample)
			place = first.sample.identifier === -1 ? first.sample.id : first.sample.identifier;
		else if (first.sampleIdAll && first.trailer.identifier !== -1) place = size - first.trailer.identifier;
		if (place < 8 || place + 8 > size) return first;
		return this.#eventOfId.get(unsignedAt(view, at + place)) ?? first;
	}

	#readOfPerf(type: number, view: DataView<ArrayBuffer>, at: number, size: number): void {
		if (type === RECORD.compressed || type === RECORD.compressed2) this.skipped++;
		if (type === RECORD.buildId && size >= 37) {
			const isSized = (view.getUint16(at + 4, true) & MISC.sizedBuildId) !== 0;
			const length = isSized ? Math.min(view.getUint8(at + 32), 20) : 20;
			this.#buildIds.set(textAt(view, at + 36, at + size), hexOf(view, at + 12, length));
		}
	}

	/** A file is opened when it is heard of: its process may be gone when its turn comes. */
	#announce(type: number, view: DataView<ArrayBuffer>, at: number, size: number): void {
		if (this.#options.symbols.mapped === undefined) return;
		const mapping = this.#mappingOf(type, view, at, size);
		if (mapping !== undefined) this.#options.symbols.mapped(mapping.file, mapping.pid);
	}

	#read(view: DataView<ArrayBuffer>, at: number, time: number): void {
		const type = view.getUint32(at, true);
		const size = view.getUint16(at + 6, true);
		if (size < (SMALLEST[type] ?? 0)) {
			this.skipped++;
			return;
		}
		switch (type) {
			case RECORD.sample:
				this.#readSample(view, at, size, time);
				break;
			case RECORD.mmap:
			case RECORD.mmap2:
				this.#readMapping(type, view, at, size);
				break;
			case RECORD.comm:
				this.#readCommand(view, at, size);
				break;
			case RECORD.fork:
				this.#readFork(view, at);
				break;
			case RECORD.lost:
				this.lost += unsignedAt(view, at + 16);
				break;
			case RECORD.lostSamples:
				this.lost += unsignedAt(view, at + 8);
		}
	}

	#readMapping(type: number, view: DataView<ArrayBuffer>, at: number, size: number): void {
		const mapping = this.#mappingOf(type, view, at, size);
		if (mapping !== undefined) this.#processes.map(mapping.pid, mapping);
	}

	#readCommand(view: DataView<ArrayBuffer>, at: number, size: number): void {
		const command = textAt(view, at + 16, at + size);
		const [pid, tid] = [view.getInt32(at + 8, true), view.getInt32(at + 12, true)];
		this.#processes.name(pid, tid, { command, exec: hasBit13(view, at) });
	}

	#readFork(view: DataView<ArrayBuffer>, at: number): void {
		const child = { pid: view.getInt32(at + 8, true), tid: view.getInt32(at + 16, true) };
		const parent = { pid: view.getInt32(at + 12, true), tid: view.getInt32(at + 20, true) };
		this.#processes.fork(child, parent, hasBit13(view, at));
	}

	/** @returns undefined: data, or the kernel's own */
	#mappingOf(type: number, view: DataView<ArrayBuffer>, at: number, size: number) {
		const isCode =
			type === RECORD.mmap2
				? size >= SMALLEST[RECORD.mmap2] && (view.getUint32(at + 64, true) & PROT_EXEC) !== 0
				: type === RECORD.mmap && size >= SMALLEST[RECORD.mmap] && !hasBit13(view, at);
		const pid = isCode ? view.getInt32(at + 8, true) : -1;
		if (pid === -1) return undefined;
		const path = textAt(view, at + (type === RECORD.mmap ? 40 : 72), at + size);
		const start = unsignedAt(view, at + 16);
		const end = start + unsignedAt(view, at + 24);
		const inRecord = type === RECORD.mmap2 && (view.getUint16(at + 4, true) & MISC.mmapBuildId) !== 0;
		const buildId = inRecord
			? hexOf(view, at + 44, Math.min(view.getUint8(at + 40), 20))
			: (this.#buildIds.get(path) ?? "");
		const inode = type === RECORD.mmap2 && !inRecord ? inodeAt(view, at + 40) : "";
		const file = this.#names.fileOf({ path, buildId, inode, pid, start, end });
		return { pid, start, end, fileOffset: unsignedAt(view, at + 32), file };
	}

	#readSample(view: DataView<ArrayBuffer>, at: number, size: number, time: number): void {
		const attributes = this.#eventOf(RECORD.sample, view, at, size);
		if (attributes === undefined || size < attributes.sample.variable) {
			this.skipped++;
			return;
		}
		const { sample } = attributes;
		const pid = sample.tid === -1 ? -1 : view.getInt32(at + sample.tid, true);
		const tid = sample.tid === -1 ? -1 : view.getInt32(at + sample.tid + 4, true);
		if (this.#options.accepts?.(pid) === false) return;
		const { builder } = this.#options;
		const thread = this.#processes.thread(pid, tid);
		if (thread.index === NO_THREAD) thread.index = builder.thread({ pid, tid, name: thread.command });
		if (this.#firstTime === -1) this.#firstTime = time;
		const length = this.#readChain(view, at, size, attributes);
		const stack = this.#names.stackOf(thread, this.#chain, length);
		const period = sample.period === -1 ? 1 : unsignedAt(view, at + sample.period);
		const weight = Math.min(period, Number.MAX_SAFE_INTEGER);
		const values = builder.valueTypes.length === 1 ? ONE_SAMPLE : [1, weight];
		builder.add(stack, thread.index, values, Math.max(0, time - this.#firstTime));
		this.samples++;
	}

	/**
	 * Fills #chain with the addresses from the leaf on, the kernel's negative, the user's not.
	 * @returns how many there are
	 */
	#readChain(view: DataView<ArrayBuffer>, at: number, size: number, attributes: EventAttributes): number {
		const { sample, sampleType } = attributes;
		if ((sampleType & SAMPLE_FIELD.callchain) === 0) {
			if (sample.ip === -1) return 0;
			this.#chain[0] = addressAt(view, at + sample.ip);
			return 1;
		}
		let place = at + sample.variable;
		const end = at + size;
		if ((sampleType & SAMPLE_FIELD.read) !== 0) {
			if (place + 8 > end) return 0;
			place += readValuesLength(view, place, attributes.readFormat);
		}
		if (place + 8 > end) return 0;
		const count = unsignedAt(view, place);
		const last = Math.min(place + 8 * count, end - 8);
		let length = 0;
		let inKernel = false;
		for (place += 8; place <= last && length < MAX_CHAIN; place += 8) {
			const address = addressAt(view, place);
			if (address >= 0 || address < CONTEXT.lowest) {
				this.#chain[length++] = inKernel || isOfUser(address) ? address : NO_ADDRESS;
				continue;
			}
			// garbage of a missing frame pointer: what stands before it is right
			if (address !== CONTEXT.kernel && address !== CONTEXT.user && address !== CONTEXT.hypervisor) break;
			inKernel = address === CONTEXT.kernel;
		}
		return length;
	}
}

/** What a record of each type has at least, in bytes. */
const SMALLEST: Readonly<Record<number, number>> = {
	[RECORD.mmap]: 40,
	[RECORD.mmap2]: 72,
	[RECORD.comm]: 16,
	[RECORD.fork]: 24,
	[RECORD.lost]: 24,
	[RECORD.lostSamples]: 16,
};

/** User space ends below (2^47 nearly everywhere, 2^52 at the widest); what lies beyond was no return address. */
const USER_SPACE = 2 ** 53;

function isOfUser(address: number): boolean {
	return address >= 0 && address < USER_SPACE;
}

function hasBit13(view: DataView, at: number): boolean {
	return (view.getUint16(at + 4, true) & MISC.bit13) !== 0;
}

const UTF8 = new TextDecoder();

/** @returns the text at `start`, up to its 0 or to `end` */
function textAt(view: DataView<ArrayBuffer>, start: number, end: number): string {
	const bytes = new Uint8Array(view.buffer, view.byteOffset + start, end - start);
	const length = bytes.indexOf(0);
	return UTF8.decode(length === -1 ? bytes : bytes.subarray(0, length));
}

/** @returns empty for what has no file */
function inodeAt(view: DataView, offset: number): string {
	const inode = unsignedAt(view, offset + 8);
	if (inode === 0) return "";
	const device = `${view.getUint32(offset, true)}:${view.getUint32(offset + 4, true)}`;
	return `${device}:${inode}:${unsignedAt(view, offset + 16)}`;
}

function hexOf(view: DataView<ArrayBuffer>, offset: number, length: number): string {
	const bytes = new Uint8Array(view.buffer, view.byteOffset + offset, length);
	return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
