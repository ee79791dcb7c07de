import type { ProfileBuilder } from "../../builder.ts";
import type { ValueType } from "../../model.ts";
import type { Symbols } from "../../symbols/symbols.ts";
import { RecordedEvents } from "./events.ts";
import { FrameNames, type NamedFile } from "./frame-names.ts";
import { Inlining, type MayGoOn } from "./inlining.ts";
import { LocationTree } from "./location-tree.ts";
import { Processes } from "./processes.ts";
import {
	buildIdOf,
	commandOf,
	eventNameOf,
	exitedThreadOf,
	forkOf,
	mappingOf,
	SMALLEST,
} from "./record-fields.ts";
import { RecordStream } from "./record-stream.ts";
import { MISC, RECORD } from "./record-types.ts";
import { Rounds } from "./rounds.ts";
import { SampleReader, type SampleTarget } from "./sample-reader.ts";
import { StackNames } from "./stack-names.ts";
import { unsignedAt } from "./words.ts";

export interface PerfDataReaderOptions {
	/**
	 * Made with `perfValueTypes`, or with `samples/count` alone; or what makes one of the value types that the events of
	 * the recording have, called before anything is put in.
	 */
	readonly builder: ProfileBuilder | ((valueTypes: readonly ValueType[]) => ProfileBuilder);
	readonly symbols: Symbols;
	/** begin each stack with a frame that has the command's name; default true */
	readonly processFrames?: boolean;
	/** keep addresses apart, for `lookForInlines` and `refine`; default false */
	readonly inlines?: boolean;
	/** build-ids by path, where a recording has them at its end: whoever can read that first may say so */
	readonly buildIds?: ReadonlyMap<string, string>;
	/** Samples of other processes are dropped; absent: all count. */
	readonly accepts?: (pid: number) => boolean;
}

/**
 * Reads perf's own format, file or pipe form, chunk by chunk, into a profile builder. Records that change neither a
 * stack nor a count, such as throttling, switches and cgroups, are passed over.
 */
export class PerfDataReader {
	readonly #options: PerfDataReaderOptions;
	readonly #stream: RecordStream;
	readonly #events = new RecordedEvents();
	readonly #processes = new Processes<NamedFile>();
	readonly #buildIds: Map<string, string>;
	readonly #rounds = new Rounds((view, at, time) => this.#read(view, at, time));
	readonly #samples: SampleReader;
	#target: SampleTarget | undefined;
	#skipped = 0;
	#lostRecords = 0;
	#lostSamples = 0;

	constructor(options: PerfDataReaderOptions) {
		this.#options = options;
		this.#buildIds = new Map(options.buildIds);
		this.#samples = new SampleReader({
			events: this.#events,
			processes: this.#processes,
			target: () => this.#prepared(),
			accepts: options.accepts ?? (() => true),
		});
		this.#stream = new RecordStream({
			onAttributes: (attributes, ids) => this.#events.add(attributes, ids),
			onRecord: (view, at, size) => this.#hold(view, at, size),
		});
	}

	/** Samples read. */
	get samples(): number {
		return this.#samples.count;
	}

	/** Records that were not understood. */
	get skipped(): number {
		return this.#skipped + this.#samples.skipped;
	}

	/**
	 * Samples that the kernel had to drop, as far as perf was told: records of any kind as it happens, and from perf 6.1 on
	 * the samples among them once more at the end.
	 */
	get lost(): number {
		return Math.max(this.#lostRecords, this.#lostSamples);
	}

	/** From the first sample to the last. */
	get durationNanoseconds(): number {
		return this.#samples.durationNanoseconds;
	}

	/** What the samples go into; made with the events that are known by now. */
	get builder(): ProfileBuilder {
		return this.#prepared().builder;
	}

	/**
	 * @param chunk never written to again: records are read where they lie, some of them later
	 * @throws ProfileFormatError with the offset of what is wrong; what was read before stays counted
	 */
	push(chunk: Uint8Array): void {
		this.refresh();
		this.#stream.push(chunk as Uint8Array<ArrayBuffer>);
	}

	/** The stream may end anywhere; a record that is cut off is left out. @throws ProfileFormatError */
	end(): void {
		this.refresh();
		this.#rounds.end();
		this.#stream.end();
	}

	/** Where the records of a file end that is cut off; undefined: it is whole, or does not say how long it is. */
	get cutOffAt(): number | undefined {
		return this.#stream.missing > 0 ? this.#stream.offset : undefined;
	}

	/** Names that came late get into the samples that were read; to be called once more when `Symbols.settled` has said so. */
	refresh(): void {
		if (this.#target?.frames.refresh()) this.#target.stacks.forget();
	}

	/**
	 * Finds out what was inlined in the samples that were read so far; may be called while others are read, by one caller.
	 * @param mayGoOn see `Inlining.look`
	 * @returns whether nothing is left
	 */
	async lookForInlines(mayGoOn: MayGoOn): Promise<boolean> {
		return (await this.#target?.finer?.inlining.look(mayGoOn)) ?? true;
	}

	/** Gives the profile the inlined functions, source files and lines that were found. */
	refine(): void {
		const { builder, finer } = this.#prepared();
		const refinement = finer?.inlining.refinement();
		if (refinement !== undefined) builder.refine(refinement);
	}

	/** Attributes come before all records of the kernel. */
	#prepared(): SampleTarget {
		if (this.#target === undefined) {
			const { builder: given, symbols, processFrames = true } = this.#options;
			const builder = typeof given === "function" ? given(this.#events.valueTypes()) : given;
			this.#events.chooseColumns(builder.valueTypes);
			const locations = this.#options.inlines ? new LocationTree(builder) : undefined;
			const frames = new FrameNames(builder, symbols, locations);
			const stacks = new StackNames(builder, { frames, stacks: locations ?? builder, processFrames });
			const finer = locations && { locations, inlining: new Inlining(locations, builder) };
			this.#target = { builder, frames, stacks, finer };
		}
		return this.#target;
	}

	#hold(view: DataView<ArrayBuffer>, at: number, size: number): void {
		const type = view.getUint32(at, true);
		if (type === RECORD.finishedRound) this.#rounds.endRound();
		else if (type >= RECORD.firstOfPerf) this.#readOfPerf(type, view, at, size);
		else this.#holdOfKernel(type, view, at, size);
	}

	#holdOfKernel(type: number, view: DataView<ArrayBuffer>, at: number, size: number): void {
		const isState = type !== RECORD.sample;
		if (isState && !(type in SMALLEST)) return;
		if (isState) this.#announce(type, view, at, size);
		this.#rounds.push(view, at, this.#events.timeOf(type, view, at, size), isState);
	}

	#readOfPerf(type: number, view: DataView<ArrayBuffer>, at: number, size: number): void {
		if (type === RECORD.buildId) {
			const found = buildIdOf(view, at, size);
			if (found !== undefined) this.#buildIds.set(found.path, found.buildId);
		} else if (type === RECORD.eventUpdate) {
			const found = eventNameOf(view, at, size);
			if (found !== undefined) this.#events.rename(found.id, found.name);
		} else if (type === RECORD.compressed || type === RECORD.compressed2) {
			// inside of another
			this.#skipped++;
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
		if (type === RECORD.sample) this.#samples.read(view, at, size, time);
		else if (size < SMALLEST[type]) this.#skipped++;
		else this.#readState(type, view, at, size);
	}

	#readState(type: number, view: DataView<ArrayBuffer>, at: number, size: number): void {
		switch (type) {
			case RECORD.mmap:
			case RECORD.mmap2: {
				const mapping = this.#mappingOf(type, view, at, size);
				if (mapping !== undefined) this.#processes.map(mapping.pid, mapping);
				break;
			}
			case RECORD.comm:
				this.#processes.name(commandOf(view, at, size));
				break;
			case RECORD.fork:
				this.#processes.fork(forkOf(view, at));
				break;
			case RECORD.exit:
				this.#processes.exit(exitedThreadOf(view, at));
				break;
			case RECORD.lost:
				this.#lostRecords += unsignedAt(view, at + 16);
				break;
			case RECORD.lostSamples:
				if ((view.getUint16(at + 4, true) & MISC.bit15) === 0) this.#lostSamples += unsignedAt(view, at + 8);
		}
	}

	#mappingOf(type: number, view: DataView<ArrayBuffer>, at: number, size: number) {
		const mapped = mappingOf(type, view, at, size);
		if (mapped === undefined) return undefined;
		const { path, pid, start, end, inode } = mapped.file;
		// what the kernel says itself belongs to this very file
		const isKnown = mapped.file.buildId !== "";
		const buildId = isKnown ? mapped.file.buildId : (this.#buildIds.get(path) ?? "");
		const { frames } = this.#prepared();
		const file = frames.fileOf({ path, buildId, inode, pid, start, end });
		return { pid, ...frames.mappingOf(file, start, end, mapped.fileOffset) };
	}
}
