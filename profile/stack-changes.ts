/** Stacks that got weight since the last look, for the live view. */
export interface StackChanges {
	/** @returns each stack once, in the order of its first change; and forgets them */
	take(): number[];
	/** stops collecting */
	close(): void;
}

/** Collects the changes of one viewer. */
export class StackWatcher {
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
