import { NO_THREAD, type ProfileBuilder } from "../../builder.ts";
import { MAX_CHAIN, readCallChain } from "./call-chain.ts";
import type { RecordedEvent, RecordedEvents } from "./events.ts";
import type { FrameNames, NamedFile } from "./frame-names.ts";
import type { Inlining } from "./inlining.ts";
import type { LocationTree } from "./location-tree.ts";
import type { Processes } from "./processes.ts";
import { ReadValues, tellsEvents } from "./read-values.ts";
import { RECORD, SAMPLE_FIELD } from "./record-types.ts";
import type { StackNames } from "./stack-names.ts";
import { unsignedAt } from "./words.ts";

/** What samples go into, on their way through two that name. */
export interface SampleTarget {
	readonly builder: ProfileBuilder;
	readonly frames: FrameNames;
	readonly stacks: StackNames;
	/** addresses by which samples of one stack are told apart */
	readonly finer: { readonly locations: LocationTree; readonly inlining: Inlining } | undefined;
}

export interface SampleReaderOptions {
	readonly events: RecordedEvents;
	readonly processes: Processes<NamedFile>;
	readonly target: () => SampleTarget;
	/** Samples of other processes are dropped. */
	readonly accepts: (pid: number) => boolean;
}

/** Reads samples: whose they are, their stacks, and what they count. */
export class SampleReader {
	/** samples read */
	count = 0;
	/** samples that were too short */
	skipped = 0;
	readonly #from: SampleReaderOptions;
	#firstTime = -1;
	#lastTime = -1;
	readonly #readValues = new ReadValues();
	/** of the sample being read, from the leaf on */
	readonly #chain = new Float64Array(MAX_CHAIN);
	/** of the sample being read, by value type; all 0 in between */
	#values: number[] = [];

	constructor(options: SampleReaderOptions) {
		this.#from = options;
	}

	/** From the first sample to the last. */
	get durationNanoseconds(): number {
		return Math.max(0, this.#lastTime - this.#firstTime);
	}

	/** @param size of the record at `at`, taken at `time` */
	read(view: DataView<ArrayBuffer>, at: number, size: number, time: number): void {
		const event = this.#from.events.of(RECORD.sample, view, at, size);
		if (event === undefined || size < event.sample.variable) {
			this.skipped++;
			return;
		}
		const { sample } = event;
		const pid = sample.tid === -1 ? -1 : view.getInt32(at + sample.tid, true);
		const tid = sample.tid === -1 ? -1 : view.getInt32(at + sample.tid + 4, true);
		if (!this.#from.accepts(pid)) return;
		const { builder, stacks, finer } = this.#from.target();
		const thread = this.#from.processes.thread(pid, tid);
		if (thread.index === NO_THREAD) thread.index = builder.thread({ pid, tid, name: thread.command });
		if (this.#firstTime === -1) this.#firstTime = time;
		if (time > this.#lastTime) this.#lastTime = time;
		const length = readCallChain(view, at, size, event, this.#chain);
		const leaf = stacks.stackOf(thread, this.#chain, length);
		const stack = finer === undefined ? leaf : finer.locations.sampled(leaf);
		const place: SamplePlace = {
			builder,
			stack,
			leaf,
			thread: thread.index,
			since: Math.max(0, time - this.#firstTime),
		};
		if ((event.sampleType & SAMPLE_FIELD.read) !== 0 && tellsEvents(event.readFormat)) {
			this.#countValues(place, event, new DataView(view.buffer, view.byteOffset + at, size));
		} else this.#count(place, event, sample.period === -1 ? 1 : unsignedAt(view, at + sample.period));
	}

	/** @param record a sample with READ values: each event of its group that happened is a sample of its own */
	#countValues(place: SamplePlace, { readFormat, sample }: RecordedEvent, record: DataView): void {
		this.#readValues.read(record, sample.variable, readFormat, (id, times) => {
			const event = this.#from.events.ofId(id);
			if (event !== undefined) this.#count(place, event, times);
		});
	}

	#count({ builder, stack, leaf, thread, since }: SamplePlace, event: RecordedEvent, period: number): void {
		if (this.#values.length === 0) this.#values = builder.valueTypes.map(() => 0);
		const values = this.#values;
		values[0] = 1;
		if (values.length > 1) values[event.column] = Math.min(period, Number.MAX_SAFE_INTEGER);
		builder.add(stack, thread, values, since, leaf);
		if (values.length > 1) values[event.column] = 0;
		this.count++;
	}
}

/** Where a sample was taken: what the builder is told of it. */
interface SamplePlace {
	readonly builder: ProfileBuilder;
	readonly stack: number;
	readonly leaf: number;
	readonly thread: number;
	/** nanoseconds */
	readonly since: number;
}
