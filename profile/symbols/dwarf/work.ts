import { ElfError } from "../elf.ts";

/** What is left of the work that a file may cause: a hostile one could keep a reader busy for ever. */
export class Work {
	#left: number;

	/** @param most entries, rows and ranges that are read, all together */
	constructor(most: number) {
		this.#left = most;
	}

	get left(): number {
		return this.#left;
	}

	/** @throws ElfError */
	spend(amount: number): void {
		this.#left -= amount;
		if (this.#left < 0) throw new ElfError("its debug information takes too long to read");
	}
}
