import { type CallTree, treeOfColumns, unitOf } from "./call-tree.ts";
import { ExactColumn } from "./exact-column.ts";
import { cleanName, cleanText, detachText } from "./frame-name.ts";
import { grow } from "./growing.ts";
import type { Frame, Profile, ProfileInfo, StackTable, Thread, ValueType } from "./model.ts";
import { PairTable } from "./pair-table.ts";
import { SampleTimeColumns } from "./sample-times.ts";
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
	/** also keep when each sample was taken (12 bytes a sample) */
	readonly keepTimes?: boolean;
}

/** Stacks that got weight since the last look, for the live view. */
export interface StackChanges {
	/** @returns each stack once, in the order of its first change; and forgets them */
	take(): number[];
	/** stops collecting */
	close(): void;
}

/** Folds samples into a profile while they arrive. The one mutable thing of this room: everything it hands out is a copy. */
export class ProfileBuilder {
	readonly valueTypes: readonly ValueType[];
	readonly #frames: Frame[] = [];
	readonly #frameIndex = new Map<string, number>();
	readonly #threads: Thread[] = [];
	readonly #threadIndex = new Map<string, number>();
	readonly #stacks = new StackTree();
	readonly #rows = new PairTable();
	readonly #values: readonly ExactColumn[];
	readonly #times: SampleTimeColumns | undefined;
	readonly #watchers = new Set<StackWatcher>();
	#depth = new Int32Array(64);
	#weight = new Float64Array(64);
	#adds = 0;
	#firstValueSum = 0;

	constructor(options: BuilderOptions) {
		if (options.valueTypes.length === 0) throw new RangeError("A profile needs at least one value type");
		this.valueTypes = [...options.valueTypes];
		this.#values = options.valueTypes.map(() => new ExactColumn());
		this.#times = options.keepTimes ? new SampleTimeColumns() : undefined;
	}

	/** @returns the index of the frame, its texts cleaned (see frame-name.ts); equal frames have one index */
	frame({ name, module, kind, file, line }: Frame): number {
		const clean: Frame = {
			name: cleanName(name),
			module: cleanText(module),
			kind,
			file: cleanText(file),
			line,
		};
		const key = `${kind}\n${line}\n${clean.module}\n${clean.file}\n${clean.name}`;
		return internBy(this.#frameIndex, key, this.#frames, () => ({
			...clean,
			name: detachText(clean.name),
			module: detachText(clean.module),
			file: detachText(clean.file),
		}));
	}

	/** @returns the index of the thread */
	thread({ pid, tid, name }: Thread): number {
		const clean = cleanText(name);
		const make = (): Thread => ({ pid, tid, name: detachText(clean) });
		return internBy(this.#threadIndex, `${pid}/${tid}/${clean}`, this.#threads, make);
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
		const depth = this.#depth[stack];
		if (depth > MAX_STACK_DEPTH) return stack;
		const called = depth === MAX_STACK_DEPTH ? this.frame(TRUNCATED_FRAME) : frame;
		const child = this.#stacks.child(stack, called);
		if (child >= this.#depth.length) {
			this.#depth = grow(this.#depth, child + 1);
			this.#weight = grow(this.#weight, child + 1);
		}
		this.#depth[child] = depth + 1;
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
	 * @returns the row of the sample table it went to
	 * @throws RangeError for a stack, thread or value that cannot be
	 */
	add(stack: number, thread: number, values: readonly (number | bigint)[], timeNanoseconds?: number): number {
		if (!(stack >= 0 && stack < this.#stacks.length) || !(thread >= -1 && thread < this.#threads.length)) {
			throw new RangeError(`No stack ${stack} or no thread ${thread}`);
		}
		for (let index = 0; index < this.#values.length; index++) {
			const value = values[index];
			if (!Number.isInteger(value) && typeof value !== "bigint")
				throw new RangeError(`No whole number: ${value}`);
		}
		const row = this.#rows.intern(stack, thread);
		for (let index = 0; index < this.#values.length; index++) this.#values[index].add(row, values[index]);
		const weight = Number(values[0]);
		this.#weight[stack] += weight;
		this.#firstValueSum += weight;
		this.#adds++;
		if (timeNanoseconds !== undefined) this.#times?.push(row, timeNanoseconds);
		if (this.#watchers.size > 0) for (const watcher of this.#watchers) watcher.touch(stack);
		return row;
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
		return this.#frames;
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
		const { length, parent, frame } = this.stacks;
		return treeOfColumns({
			unit: unitOf(this.valueTypes[0]),
			frames: this.#frames.slice(),
			parent: parent.slice(),
			frame: frame.slice(),
			self: this.#weight.slice(0, length),
		});
	}

	/** The profile as it is now; the builder can go on growing. */
	snapshot(info: Partial<ProfileInfo> = {}): Profile {
		const { length, parent, frame } = this.stacks;
		const rows = this.#rows.length;
		const times = this.#times?.sorted();
		return {
			valueTypes: this.valueTypes,
			frames: this.#frames.slice(),
			stacks: { length, parent: parent.slice(), frame: frame.slice() },
			samples: {
				length: rows,
				stack: this.#rows.first.slice(0, rows),
				thread: this.#rows.second.slice(0, rows),
				values: this.#values.map((column) => column.toInt64(rows)),
			},
			threads: this.#threads.slice(),
			...(times === undefined ? {} : { times }),
			info: { ...info, comments: [...(info.comments ?? [])] },
		};
	}
}

function internBy<T>(index: Map<string, number>, key: string, items: T[], make: () => T): number {
	const known = index.get(key);
	if (known !== undefined) return known;
	index.set(key, items.length);
	return items.push(make()) - 1;
}

class StackWatcher {
	#touched = new Set<number>();

	touch(stack: number): void {
		this.#touched.add(stack);
	}

	take(): number[] {
		const stacks = [...this.#touched];
		this.#touched = new Set();
		return stacks;
	}
}
