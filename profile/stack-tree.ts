import { grow } from "./growing.ts";
import { PairTable } from "./pair-table.ts";

const FIRST_CAPACITY = 64;
/** Children of a stack that are kept in a list; further ones are found by hash. */
const LISTED_CHILDREN = 8;
const NONE = -1;

/**
 * Stacks as a prefix tree, numbered from 0, the empty one. Most have few children, which lie close together in memory:
 * walking a short list of them is several times quicker than one large hash table that fits no cache.
 */
export class StackTree {
	#parent = new Int32Array(FIRST_CAPACITY).fill(NONE, 0, 1);
	#frame = new Int32Array(FIRST_CAPACITY).fill(NONE, 0, 1);
	#firstChild = new Int32Array(FIRST_CAPACITY).fill(NONE, 0, 1);
	/** of each stack its frame once more, and the next sibling, side by side: a walk touches nothing else */
	#siblings = new Int32Array(2 * FIRST_CAPACITY).fill(NONE, 0, 2);
	#length = 1;
	/** (parent, frame) of the children that no list holds, and which stack each pair is */
	readonly #others = new PairTable();
	#otherStack = new Int32Array(FIRST_CAPACITY);

	get length(): number {
		return this.#length;
	}

	/** Longer than `length`; valid until the next `child`. */
	get parent(): Int32Array<ArrayBuffer> {
		return this.#parent;
	}

	/** Longer than `length`; valid until the next `child`. */
	get frame(): Int32Array<ArrayBuffer> {
		return this.#frame;
	}

	/** @returns the stack in which `frame` was called from `stack`; -1: not met before, or not in the short list */
	listedChild(stack: number, frame: number): number {
		const siblings = this.#siblings;
		let child = this.#firstChild[stack];
		while (child !== NONE && siblings[2 * child] !== frame) child = siblings[2 * child + 1];
		return child;
	}

	/** @returns the stack in which `frame` was called from `stack`, a new one when it was not met before */
	child(stack: number, frame: number): number {
		let listed = 0;
		let last = NONE;
		for (let child = this.#firstChild[stack]; child !== NONE; child = this.#siblings[2 * child + 1]) {
			if (this.#siblings[2 * child] === frame) return child;
			last = child;
			listed++;
		}
		if (listed >= LISTED_CHILDREN) return this.#otherChild(stack, frame);
		const added = this.#add(stack, frame);
		if (last === NONE) this.#firstChild[stack] = added;
		else this.#siblings[2 * last + 1] = added;
		return added;
	}

	#otherChild(stack: number, frame: number): number {
		const known = this.#others.length;
		const pair = this.#others.intern(stack, frame);
		if (pair < known) return this.#otherStack[pair];
		this.#otherStack = grow(this.#otherStack, pair + 1);
		const added = this.#add(stack, frame);
		this.#otherStack[pair] = added;
		return added;
	}

	#add(parent: number, frame: number): number {
		const stack = this.#length++;
		if (stack >= this.#parent.length) {
			this.#parent = grow(this.#parent, stack + 1);
			this.#frame = grow(this.#frame, stack + 1);
			this.#firstChild = grow(this.#firstChild, stack + 1);
			this.#siblings = grow(this.#siblings, 2 * (stack + 1));
		}
		this.#parent[stack] = parent;
		this.#frame[stack] = frame;
		this.#firstChild[stack] = NONE;
		this.#siblings[2 * stack] = frame;
		this.#siblings[2 * stack + 1] = NONE;
		return stack;
	}
}
