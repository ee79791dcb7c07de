/** ms. Two, as each may stand still: one while a virtual machine is paused, the other by being set. */
export interface Clocks {
	readonly steady: number;
	readonly wall: number;
}

export function readClocks(): Clocks {
	return { steady: performance.now(), wall: Date.now() };
}

function elapsedSince({ steady, wall }: Clocks): number {
	return Math.max(performance.now() - steady, Date.now() - wall);
}

/** The time of leading a lease: over when it was not extended in time, or was ended. */
export class Tenure {
	hasFailed = false;
	readonly #stopping = new AbortController();
	readonly #giveUpMs: number;
	#timer: NodeJS.Timeout | undefined;
	#since: Clocks;
	#isExpired = false;

	constructor(since: Clocks, giveUpMs: number) {
		this.#since = since;
		this.#giveUpMs = giveUpMs;
		this.extend(since);
	}

	/** aborts when whoever leads must stop */
	get signal(): AbortSignal {
		return this.#stopping.signal;
	}

	/** Can another lead by now? Asks the clocks, not a timer that may be late. */
	isOver(): boolean {
		if (!this.#isExpired && elapsedSince(this.#since) >= this.#giveUpMs) this.expire();
		return this.#isExpired;
	}

	extend(since: Clocks): void {
		if (this.isOver()) return;
		this.hasFailed = false;
		this.#since = since;
		clearTimeout(this.#timer);
		this.#timer = setTimeout(() => this.expire(), Math.max(0, this.#giveUpMs - elapsedSince(since)));
	}

	dispose(): void {
		clearTimeout(this.#timer);
	}

	/** Asks to stop; it is still ours. */
	end(): void {
		this.#stopping.abort();
	}

	/** It is not ours any more. */
	expire(): undefined {
		clearTimeout(this.#timer);
		this.#isExpired = true;
		this.#stopping.abort();
	}
}
