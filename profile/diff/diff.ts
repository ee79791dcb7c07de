import { unitOf } from "../call-tree.ts";
import { ExactColumn } from "../exact-column.ts";
import { baseName } from "../frame-name.ts";
import type { Frame, Profile, StackTable, ValueType } from "../model.ts";
import { StackTree } from "../stack-tree.ts";

/** One of the two profiles, in the nodes of the common tree. */
export interface DiffSide {
	/** weight of samples that end in the node; 64 bits, exact */
	readonly self: BigInt64Array;
	/** weight of samples that pass or end in the node, as a double */
	readonly total: Float64Array;
}

/**
 * The call trees of two profiles laid over each other, in columns by node as a CallTree has them: node 0 is the root
 * (parent and frame -1), a parent's number is always smaller than its children's.
 */
export interface ProfileDiff {
	/** of the weights: samples, nanoseconds, bytes ... */
	readonly unit: string;
	/** changes are of shares of the totals, else of weights */
	readonly normalized: boolean;
	readonly frames: readonly Frame[];
	readonly length: number;
	readonly parent: Int32Array;
	/** index into `frames` */
	readonly frame: Int32Array;
	readonly base: DiffSide;
	readonly comparison: DiffSide;
}

export interface DiffOptions {
	/** type of the value to weigh by; default: the first one of `base` that `comparison` has, too */
	readonly valueType?: string;
	/** compare shares of the totals, so that recordings of different lengths can be compared; default true */
	readonly normalized?: boolean;
}

/**
 * Compares two profiles. A function is the same in both when its name, its kind and the file name of its module are:
 * lines move and paths change between two versions of a program.
 * @throws RangeError when the profiles have no such value type, or none in common
 */
export function diffProfiles(base: Profile, comparison: Profile, options: DiffOptions = {}): ProfileDiff {
	const type = commonType(base, comparison, options.valueType);
	const tree = new CommonTree();
	const baseSelf = tree.add(base, type);
	const comparisonSelf = tree.add(comparison, type);
	const { length } = tree;
	const { parent, frame } = tree.stacks;
	const sideOf = (column: ExactColumn): DiffSide => {
		const self = column.toInt64(length);
		return { self, total: totalsOf(parent, self) };
	};
	return {
		unit: unitOf(type),
		normalized: options.normalized ?? true,
		frames: tree.frames,
		length,
		parent,
		frame,
		base: sideOf(baseSelf),
		comparison: sideOf(comparisonSelf),
	};
}

/**
 * What became of a weight: positive when it grew. Normalised it is a difference of shares, from -1 to 1.
 * @param base of the base
 * @param comparison the same of the comparison
 */
export function changeOf(diff: ProfileDiff, base: number, comparison: number): number {
	if (!diff.normalized) return comparison - base;
	return shareOf(comparison, diff.comparison.total[0]) - shareOf(base, diff.base.total[0]);
}

/** A part of a whole; of nothing it is 0. */
export function shareOf(part: number, whole: number): number {
	return whole === 0 ? 0 : part / whole;
}

function commonType(base: Profile, comparison: Profile, wanted: string | undefined): ValueType {
	const has = ({ valueTypes }: Profile, { type, unit }: ValueType) =>
		valueTypes.some((other) => other.type === type && other.unit === unit);
	const common = base.valueTypes.filter((type) => has(comparison, type));
	const found = wanted === undefined ? common[0] : common.find(({ type }) => type === wanted);
	if (found !== undefined) return found;
	const what = wanted === undefined ? "no value type in common" : `not both a value type ${wanted}`;
	throw new RangeError(`The profiles have ${what}`);
}

/** Stacks of both profiles as one tree, whose frames are functions. */
class CommonTree {
	readonly frames: Frame[] = [];
	readonly #frameIndex = new Map<string, number>();
	readonly #stacks = new StackTree();

	get length(): number {
		return this.#stacks.length;
	}

	get stacks(): StackTable {
		const { length, parent, frame } = this.#stacks;
		return { length, parent: parent.slice(0, length), frame: frame.slice(0, length) };
	}

	/** @returns the profile's weights by stack of this tree */
	add(profile: Profile, { type, unit }: ValueType): ExactColumn {
		const { samples, stacks, valueTypes } = profile;
		const values = samples.values[valueTypes.findIndex((one) => one.type === type && one.unit === unit)];
		const frames = profile.frames.map((frame) => this.#function(frame));
		const nodes = new Int32Array(stacks.length);
		for (let stack = 1; stack < stacks.length; stack++) {
			nodes[stack] = this.#stacks.child(nodes[stacks.parent[stack]], frames[stacks.frame[stack]]);
		}
		const self = new ExactColumn();
		for (let row = 0; row < samples.length; row++) self.add(nodes[samples.stack[row]], values[row]);
		return self;
	}

	#function(frame: Frame): number {
		const key = `${frame.kind}\n${baseName(frame.module)}\n${frame.name}`;
		const known = this.#frameIndex.get(key);
		if (known !== undefined) return known;
		this.#frameIndex.set(key, this.frames.length);
		return this.frames.push({ ...frame, file: "", line: 0 }) - 1;
	}
}

function totalsOf(parent: Int32Array, self: BigInt64Array): Float64Array {
	const total = Float64Array.from(self, Number);
	for (let node = total.length - 1; node > 0; node--) total[parent[node]] += total[node];
	return total;
}
