const FIRST_SLOTS = 64;
const WINDOW = 4_294_967_296;

/**
 * Frame indices by address. Nearly all addresses of a file lie in one window of 4 GiB: these are found by their lower
 * halves in an open hash, which costs no object whatever the number.
 */
export class FrameTable {
	/** where the window begins */
	readonly #start: number;
	/** lower half of the address, frame plus 1 (0: free) */
	#slots = new Int32Array(2 * FIRST_SLOTS);
	#length = 0;
	#others: Map<number, number> | undefined;

	/** @param address one in the window */
	constructor(address = 0) {
		this.#start = Math.floor(address / WINDOW) * WINDOW;
	}

	/** Do all addresses from `start` up to, not with, `end` lie in the window? */
	covers(start: number, end: number): boolean {
		return start >= this.#start && end <= this.#start + WINDOW;
	}

	/** @returns -1: not there */
	get(address: number): number {
		return this.covers(address, address + 1) ? this.near(address | 0) : (this.#others?.get(address) ?? -1);
	}

	/** @param low lower half of an address in the window, signed */
	near(low: number): number {
		const slots = this.#slots;
		const mask = slots.length - 2;
		let slot = hash(low) & mask;
		for (let entry = slots[slot + 1]; entry !== 0; entry = slots[slot + 1]) {
			if (slots[slot] === low) return entry - 1;
			slot = (slot + 2) & mask;
		}
		return -1;
	}

	/** @param address that is not there yet */
	set(address: number, frame: number): void {
		if (!this.covers(address, address + 1)) {
			this.#others ??= new Map();
			this.#others.set(address, frame);
			return;
		}
		if (++this.#length * 4 > this.#slots.length) this.#rehash();
		insert(this.#slots, address | 0, frame + 1);
	}

	forEach(visit: (address: number, frame: number) => void): void {
		for (let slot = 0; slot < this.#slots.length; slot += 2) {
			const entry = this.#slots[slot + 1];
			if (entry !== 0) visit(this.#start + (this.#slots[slot] >>> 0), entry - 1);
		}
		this.#others?.forEach((frame, address) => void visit(address, frame));
	}

	#rehash(): void {
		const old = this.#slots;
		this.#slots = new Int32Array(old.length * 2);
		for (let slot = 0; slot < old.length; slot += 2)
			if (old[slot + 1] !== 0) insert(this.#slots, old[slot], old[slot + 1]);
	}
}

function insert(slots: Int32Array, low: number, entry: number): void {
	const mask = slots.length - 2;
	let slot = hash(low) & mask;
	while (slots[slot + 1] !== 0) slot = (slot + 2) & mask;
	slots[slot] = low;
	slots[slot + 1] = entry;
}

/** Even, as slots are. */
function hash(low: number): number {
	const mixed = Math.imul(low, 0x9e3779b1);
	return (mixed ^ (mixed >>> 15)) << 1;
}
