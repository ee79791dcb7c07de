import { grow } from "./growing.ts";
import { PairTable } from "./pair-table.ts";

const FIRST_CAPACITY = 64;
/** Children of a stack that are kept in a list; further ones are found by hash. */
const LISTED_CHILDREN = 8;
const NONE = -1;
/** Links of a stack, and which is which; powers of two are quick to multiply by. */
const LINKS = 4;
const FRAME = 1;
const NEXT = 2;
const DEPTH = 3;

/**
 * Stacks as a prefix tree, numbered from 0, the empty one. Most have few children, which lie close together in memory:
 * walking a short list of them is several times quicker than one large hash table that fits no cache.
 */
export class StackTree {
	#parent = new Int32Array(FIRST_CAPACITY).fill(NONE, 0, 1);
	#frame = new Int32Array(FIRST_CAPACITY).fill(NONE, 0, 1);
	/** of each stack, side by side so that a walk touches nothing else: first child, its own frame, next sibling, depth */
	#links = new Int32Array(LINKS * FIRST_CAPACITY).fill(NONE, 0, LINKS - 1);
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

	/** How many frames a stack has. */
	depth(stack: number): number {
		return this.#links[LINKS * stack + DEPTH];
	}

	/** @returns the stack in which `frame` was called from `stack`; -1: not met before, or not in the short list */
	listedChild(stack: number, frame: number): number {
		const links = this.#links;
		let child = links[LINKS * stack];
		while (child !== NONE && links[LINKS * child + FRAME] !== frame) child = links[LINKS * child + NEXT];
		return child;
	}

	/** @returns the stack in which `frame` was called from `stack`, a new one when it was not met before */
	child(stack: number, frame: number): number {
		const links = this.#links;
		let listed = 0;
		let last = NONE;
		for (let child = links[LINKS * stack]; child !== NONE; child = links[LINKS * child + NEXT]) {
			if (links[LINKS * child + FRAME] === frame) return child;
			last = child;
			listed++;
		}
		if (listed >= LISTED_CHILDREN) return this.#otherChild(stack, frame);
		const added = this.#add(stack, frame);
		this.#links[last === NONE ? LINKS * stack : LINKS * last + NEXT] = added;
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
			this.#links = grow(this.#links, LINKS * (stack + 1));
		}
		this.#parent[stack] = parent;
		this.#frame[stack] = frame;
		const links = this.#links;
		const at = LINKS * stack;
		links[at] = NONE;
		links[at + FRAME] = frame;
		links[at + NEXT] = NONE;
		links[at + DEPTH] = links[LINKS * parent + DEPTH] + 1;
		return stack;
	}
}
