/** A file, or what stands in for one, whose code was mapped into a process. */
export interface MappedFile {
	/** as the process sees it: `/usr/bin/x`, `[vdso]`, `//anon` */
	readonly path: string;
	/** hexadecimal; empty: not known */
	readonly buildId: string;
	/** device, inode and its generation, as the kernel told them; empty: not known */
	readonly inode: string;
	/** a process that has it mapped, through whose root its path leads */
	readonly pid: number;
	/** where it is mapped there */
	readonly start: number;
	readonly end: number;
}

/** A piece of an address space. */
export interface Mapping<File = MappedFile> {
	readonly start: number;
	readonly end: number;
	/** to be added to an address: where in the file it lies, or how else the frames of the file are kept */
	readonly shift: number;
	/** the lower halves of its addresses, shifted, are enough to tell them apart */
	readonly isNear: boolean;
	readonly file: File;
}

/** What is mapped where in one address space. */
export class Mappings<File = MappedFile> {
	/** counts changes */
	version = 0;
	/** threads that it is the address space of */
	users = 0;
	#items: Mapping<File>[] = [];
	#shared = false;
	#isReplaced = false;
	#last: Mapping<File> | undefined;

	/** A copy for a new process; cheap until one of the two changes. */
	copy(): Mappings<File> {
		const copy = new Mappings<File>();
		copy.#items = this.#items;
		copy.#shared = true;
		copy.#isReplaced = this.#isReplaced;
		this.#shared = true;
		return copy;
	}

	/**
	 * A new program gets the address space for itself, from its first mapping on: until then the kernel still loads it, at
	 * the bidding of the old one, whose code calls it.
	 */
	replace(): void {
		this.#isReplaced = true;
	}

	/** Maps over whatever was there: older mappings keep what lies before and after. */
	add(added: Mapping<File>): void {
		if (!(added.start < added.end)) return;
		if (this.#isReplaced) this.#items = [];
		else if (this.#shared) this.#items = this.#items.slice();
		this.#isReplaced = false;
		this.#shared = false;
		this.#last = undefined;
		this.version++;
		const first = this.#firstEndingAfter(added.start);
		let next = first;
		const before: Mapping<File>[] = [];
		const after: Mapping<File>[] = [];
		for (; next < this.#items.length && this.#items[next].start < added.end; next++) {
			const old = this.#items[next];
			if (old.start < added.start) before.push({ ...old, end: added.start });
			if (old.end > added.end) after.push({ ...old, start: added.end });
		}
		this.#items.splice(first, next - first, ...before, added, ...after);
	}

	find(address: number): Mapping<File> | undefined {
		const last = this.#last;
		if (last !== undefined && address >= last.start && address < last.end) return last;
		const found = this.#items[this.#firstEndingAfter(address)];
		if (found === undefined || address < found.start) return undefined;
		this.#last = found;
		return found;
	}

	#firstEndingAfter(address: number): number {
		const items = this.#items;
		let low = 0;
		let high = items.length;
		while (low < high) {
			const middle = (low + high) >>> 1;
			if (items[middle].end > address) high = middle;
			else low = middle + 1;
		}
		return low;
	}
}
