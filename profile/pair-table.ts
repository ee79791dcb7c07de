import { grow } from "./growing.ts";

const FIRST_CAPACITY = 64;

/**
 * Distinct pairs of integers, numbered from 0 in the order they were first met.
 * A stack table is one of (parent, frame), a sample table one of (stack, thread).
 * An open hash over typed arrays: no object, and nothing for the garbage collector, whatever the number of pairs.
 */
export class PairTable {
	#first = new Int32Array(FIRST_CAPACITY);
	#second = new Int32Array(FIRST_CAPACITY);
	/** index of a pair plus 1, 0: free; its length is a power of two, at least twice the number of pairs */
	#slots = new Int32Array(FIRST_CAPACITY * 2);
	#length = 0;

	get length(): number {
		return this.#length;
	}

	/** Left parts, longer than `length`; valid until the next `intern`. */
	get first(): Int32Array<ArrayBuffer> {
		return this.#first;
	}

	/** Right parts, longer than `length`; valid until the next `intern`. */
	get second(): Int32Array<ArrayBuffer> {
		return this.#second;
	}

	/** @returns the number of the pair, a new one when it was not met before */
	intern(first: number, second: number): number {
		const slots = this.#slots;
		const mask = slots.length - 1;
		let slot = hashPair(first, second) & mask;
		for (let entry = slots[slot]; entry !== 0; entry = slots[slot]) {
			const pair = entry - 1;
			if (this.#first[pair] === first && this.#second[pair] === second) return pair;
			slot = (slot + 1) & mask;
		}
		const pair = this.#length++;
		slots[slot] = pair + 1;
		if (pair === this.#first.length) {
			this.#first = grow(this.#first, pair + 1);
			this.#second = grow(this.#second, pair + 1);
		}
		this.#first[pair] = first;
		this.#second[pair] = second;
		if (this.#length * 2 > slots.length) this.#rehash(slots.length * 2);
		return pair;
	}

	#rehash(size: number): void {
		const slots = new Int32Array(size);
		const mask = size - 1;
		for (let pair = 0; pair < this.#length; pair++) {
			let slot = hashPair(this.#first[pair], this.#second[pair]) & mask;
			while (slots[slot] !== 0) slot = (slot + 1) & mask;
			slots[slot] = pair + 1;
		}
		this.#slots = slots;
	}
}

/** Both parts are small, dense integers: multiplied by odd constants and mixed, so that neighbours do not collide. */
function hashPair(first: number, second: number): number {
	let hash = Math.imul(first, 0x9e3779b1) ^ Math.imul(second, 0x85ebca77);
	hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
	return hash ^ (hash >>> 13);
}
