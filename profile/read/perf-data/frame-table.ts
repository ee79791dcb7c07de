const FIRST_SLOTS = 64;
const BITS = 4_294_967_296;

/** Frame indices by address: an open hash over typed arrays for what fits 32 bits, which nearly all addresses do. */
export class FrameTable {
	/** the upper half that the hashed addresses have in common */
	readonly #high: number;
	#keys = new Int32Array(FIRST_SLOTS);
	/** frame plus 1; 0: free */
	#frames = new Int32Array(FIRST_SLOTS);
	#length = 0;
	#others: Map<number, number> | undefined;

	/** @param high of 64 bits, what most addresses have as their upper 32 */
	constructor(high = 0) {
		this.#high = high * BITS;
	}

	/** @returns -1: not there */
	get(address: number): number {
		const low = address - this.#high;
		if (low < 0 || low >= BITS) return this.#others?.get(address) ?? -1;
		const key = low | 0;
		const mask = this.#keys.length - 1;
		let slot = hash(key) & mask;
		while (this.#frames[slot] !== 0) {
			if (this.#keys[slot] === key) return this.#frames[slot] - 1;
			slot = (slot + 1) & mask;
		}
		return -1;
	}

	/** @param address that is not there yet */
	set(address: number, frame: number): void {
		const low = address - this.#high;
		if (low < 0 || low >= BITS) {
			this.#others ??= new Map();
			this.#others.set(address, frame);
			return;
		}
		if (++this.#length * 2 > this.#keys.length) this.#rehash();
		this.#insert(low | 0, frame + 1);
	}

	#insert(key: number, entry: number): void {
		const mask = this.#keys.length - 1;
		let slot = hash(key) & mask;
		while (this.#frames[slot] !== 0) slot = (slot + 1) & mask;
		this.#keys[slot] = key;
		this.#frames[slot] = entry;
	}

	#rehash(): void {
		const keys = this.#keys;
		const frames = this.#frames;
		this.#keys = new Int32Array(keys.length * 2);
		this.#frames = new Int32Array(keys.length * 2);
		for (let slot = 0; slot < keys.length; slot++)
			if (frames[slot] !== 0) this.#insert(keys[slot], frames[slot]);
	}
}

function hash(key: number): number {
	const mixed = Math.imul(key, 0x9e3779b1);
	return mixed ^ (mixed >>> 15);
}
