import { type CallTree, treeOfColumns, unitOf } from "./call-tree.ts";
import { grow } from "./growing.ts";
import { InternedFrames, InternedThreads } from "./interning.ts";
import type { Frame, Profile, ProfileInfo, StackTable, Thread, ValueType } from "./model.ts";
import { SampleRows } from "./sample-rows.ts";
import { renumberedTimes, SampleTimeColumns, type SampleTimeSink } from "./sample-times.ts";
import { type StackChanges, StackWatcher } from "./stack-changes.ts";
import { StackTree } from "./stack-tree.ts";

/** Deepest stack kept; what lies deeper becomes one frame `[truncated]`. */
export const MAX_STACK_DEPTH = 2048;
export const TRUNCATED_FRAME: Frame = { name: "[truncated]", module: "", kind: "user", file: "", line: 0 };
/** The stack without frames: where every stack begins. */
export const EMPTY_STACK = 0;
const NO_STACK = -1;
/** For samples whose thread is not known. */
export const NO_THREAD = -1;

export interface BuilderOptions {
	/** what each sample's values count, at least one; the first is what is drawn by default */
	readonly valueTypes: readonly ValueType[];
	/** also keep when each sample was taken, in memory (12 bytes a sample), for `snapshot` */
	readonly keepTimes?: boolean;
	/** is told when each sample was taken, so that it can be kept elsewhere */
	readonly times?: SampleTimeSink;
}

/** Better stacks, found out about when the samples had been counted. */
export interface Refinement {
	readonly stacks: Pick<Profile, "frames" | "stacks">;
	/** by leaf */
	readonly stackOfLeaf: Int32Array;
}

/** Folds samples into a profile while they arrive. The one mutable thing of this room: everything it hands out is a copy. */
export class ProfileBuilder {
	readonly valueTypes: readonly ValueType[];
	readonly #frames = new InternedFrames();
	readonly #threads = new InternedThreads();
	readonly #stacks = new StackTree();
	readonly #rows: SampleRows;
	readonly #kept: SampleTimeColumns | undefined;
	readonly #times: SampleTimeSink | undefined;
	readonly #watchers = new Set<StackWatcher>();
	#weight = new Float64Array(64);
	#adds = 0;
	#firstValueSum = 0;
	#refinement: Refinement | undefined;

	constructor(options: BuilderOptions) {
		if (options.valueTypes.length === 0) throw new RangeError("A profile needs at least one value type");
		this.valueTypes = [...options.valueTypes];
		this.#rows = new SampleRows(this.valueTypes.length);
		this.#kept = options.keepTimes ? new SampleTimeColumns() : undefined;
		this.#times = options.times ?? this.#kept;
	}

	/** @returns the index of the frame, its texts cleaned (see frame-name.ts); equal frames have one index */
	frame(frame: Frame): number {
		return this.#frames.add(frame);
	}

	/** @returns the index of the thread with these labels, whatever their order */
	thread(thread: Thread): number {
		return this.#threads.add(thread);
	}

	/**
	 * @param frame index from `frame()`
	 * @returns the stack in which `frame` was called from `stack`; from MAX_STACK_DEPTH on one that ends in `[truncated]`
	 */
	child(stack: number, frame: number): number {
		const listed = this.#stacks.listedChild(stack, frame);
		return listed === NO_STACK ? this.#newChild(stack, frame) : listed;
	}

	#newChild(stack: number, frame: number): number {
		const depth = this.#stacks.depth(stack);
		if (depth > MAX_STACK_DEPTH) return stack;
		const called = depth === MAX_STACK_DEPTH ? this.frame(TRUNCATED_FRAME) : frame;
		const child = this.#stacks.child(stack, called);
		if (child >= this.#weight.length) this.#weight = grow(this.#weight, child + 1);
		return child;
	}

	/** @param frames indices, root first */
	stack(frames: readonly number[]): number {
		let stack = EMPTY_STACK;
		for (const frame of frames) stack = this.child(stack, frame);
		return stack;
	}

	/**
	 * Counts one sample.
	 * @param stack from `child()` or `stack()`
	 * @param thread from `thread()`, or NO_THREAD
	 * @param values integers, one for each value type
	 * @param timeNanoseconds since the profile's start
	 * @param leaf tells samples of one stack apart that `refine` may give stacks of their own; all calls do so, or none
	 * @returns the row it went to, which `rowNumbers` finds in the sample table
	 * @throws RangeError for a stack, thread or value that cannot be
	 */
	add(
		stack: number,
		thread: number,
		values: readonly (number | bigint)[],
		timeNanoseconds?: number,
		leaf = stack,
	): number {
		if (
			!(stack >= 0 && stack < this.#stacks.length) ||
			!(thread >= -1 && thread < this.#threads.items.length)
		) {
			throw new RangeError(`No stack ${stack} or no thread ${thread}`);
		}
		for (let index = 0; index < this.valueTypes.length; index++) {
			const value = values[index];
			if (!Number.isInteger(value) && typeof value !== "bigint")
				throw new RangeError(`No whole number: ${value}`);
		}
		const row = this.#rows.add(stack, thread, values, leaf);
		this.#refinement = undefined;
		const weight = Number(values[0]);
		this.#weight[stack] += weight;
		this.#firstValueSum += weight;
		this.#adds++;
		if (timeNanoseconds !== undefined) this.#times?.push(row, timeNanoseconds);
		if (this.#watchers.size > 0) for (const watcher of this.#watchers) watcher.touch(stack);
		return row;
	}

	/**
	 * Puts other frames where some stood that are better known by now: a name instead of an address, or functions that were
	 * inlined there. What was handed out stays valid: a stack with such a frame keeps its number, and its weight goes to the
	 * stack with the new ones.
	 * @param replacements by frame index, outermost first, at least one each
	 */
	replaceFrames(replacements: ReadonlyMap<number, readonly Frame[]>): void {
		const chains = new Map<number, readonly number[]>();
		for (const [frame, chain] of replacements)
			chains.set(
				frame,
				chain.map((each) => this.frame(each)),
			);
		const { length } = this.#stacks;
		const moved = new Int32Array(length);
		for (let stack = 1; stack < length; stack++) {
			// read anew each time: both columns may move when stacks are added
			const parent = this.#stacks.parent[stack];
			const frame = this.#stacks.frame[stack];
			const chain = chains.get(frame);
			moved[stack] = stack;
			if (chain === undefined && moved[parent] === parent) continue;
			let place = moved[parent];
			for (const each of chain ?? [frame]) place = this.child(place, each);
			moved[stack] = place;
			this.#moveWeight(stack, place);
		}
		this.#rows.moveTo(moved);
	}

	#moveWeight(from: number, to: number): void {
		const weight = this.#weight[from];
		if (from === to || weight === 0) return;
		this.#weight[from] = 0;
		this.#weight[to] += weight;
		for (const watcher of this.#watchers) {
			watcher.touch(from);
			watcher.touch(to);
		}
	}

	/** Samples so far: the sum of the first value where that is a count, else how often `add` was called. */
	get sampleCount(): number {
		return this.valueTypes[0].unit === "count" ? this.#firstValueSum : this.#adds;
	}

	/** Distinct stacks so far, the empty one among them. */
	get stackCount(): number {
		return this.#stacks.length;
	}

	/** All frames so far, in the order of their indices; it grows with the builder. */
	get frames(): readonly Frame[] {
		return this.#frames.items;
	}

	/** The stacks so far; valid until the next call that adds one. */
	get stacks(): StackTable {
		const { length, parent, frame } = this.#stacks;
		return { length, parent: parent.subarray(0, length), frame: frame.subarray(0, length) };
	}

	/** Sum of the first value of the samples that ended in a stack, over all threads. */
	weightOf(stack: number): number {
		return this.#weight[stack];
	}

	/** Starts to collect which stacks get weight; close it when nobody looks any more. */
	changes(): StackChanges {
		const watcher = new StackWatcher();
		this.#watchers.add(watcher);
		return { take: () => watcher.take(), close: () => void this.#watchers.delete(watcher) };
	}

	/** The call tree of the first value as it is now, over all threads. */
	tree(): CallTree {
		return this.#treeOf(this.#weight.slice(0, this.#stacks.length));
	}

	/** The same without the functions that `refine` has put in: with the frames that really were on the stacks. */
	sampledTree(): CallTree {
		return this.#treeOf(this.#rows.weights(this.#stacks.length));
	}

	#treeOf(self: Float64Array): CallTree {
		const { parent, frame } = this.stacks;
		return treeOfColumns({
			unit: unitOf(this.valueTypes[0]),
			frames: this.#frames.items.slice(),
			parent: parent.slice(),
			frame: frame.slice(),
			self,
		});
	}

	/**
	 * Gives samples the stacks that are known for their leaves by now. `snapshot` has them from then on, until more is added;
	 * the tree and the changes get their functions, without files and lines.
	 */
	refine(refinement: Refinement): void {
		this.#refinement = refinement;
		const { frames, stacks } = refinement.stacks;
		const functions = frames.map((frame) => this.frame({ ...frame, file: "", line: 0 }));
		const placed = new Int32Array(stacks.length);
		for (let stack = 1; stack < stacks.length; stack++) {
			placed[stack] = this.child(placed[stacks.parent[stack]], functions[stacks.frame[stack]]);
		}
		const stackOfLeaf = refinement.stackOfLeaf.map((stack) => placed[stack]);
		const weights = this.#rows.weights(this.#stacks.length, stackOfLeaf);
		for (let stack = 0; stack < weights.length; stack++) {
			if (weights[stack] === this.#weight[stack]) continue;
			this.#weight[stack] = weights[stack];
			for (const watcher of this.#watchers) watcher.touch(stack);
		}
	}

	/** Where each row that `add` returned is in the sample table of a snapshot taken now; undefined: at the same place. */
	rowNumbers(): Uint32Array | undefined {
		return this.#rows.numbers(this.#refinement?.stackOfLeaf);
	}

	/** The profile as it is now; the builder can go on growing. */
	snapshot(info: Partial<ProfileInfo> = {}): Profile {
		const { length, parent, frame } = this.stacks;
		const times = this.#kept?.sorted();
		return {
			valueTypes: this.valueTypes,
			frames: this.#frames.items.slice(),
			stacks: { length, parent: parent.slice(), frame: frame.slice() },
			...this.#refinement?.stacks,
			samples: this.#rows.table(this.#refinement?.stackOfLeaf),
			threads: this.#threads.items.slice(),
			...(times === undefined ? {} : { times: renumberedTimes(times, this.rowNumbers()) }),
			info: { ...info, comments: [...(info.comments ?? [])] },
		};
	}
}
