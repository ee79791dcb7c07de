import { HeldRecords, type ReadRecord } from "./held-records.ts";

/** Without rounds (a foreign writer) records are put in order in portions of so many. */
const HELD_AT_MOST = 500_000;

/**
 * Records of several CPUs come interleaved, round by round: what arrived before the end of the previous round is older
 * than anything that may still come, so it is put in order and read then.
 */
export class Rounds {
	readonly #read: ReadRecord;
	readonly #held = new HeldRecords();
	/** among the held ones is one that changes what threads and mappings there are */
	#holdsState = false;
	#latest = 0;
	#previousLatest = 0;

	/** @param read told of each record when its turn has come */
	constructor(read: ReadRecord) {
		this.#read = read;
	}

	/** @param isState it changes what threads and mappings there are */
	push(view: DataView<ArrayBuffer>, at: number, time: number, isState: boolean): void {
		if (time > this.#latest) this.#latest = time;
		if (isState) this.#holdsState = true;
		this.#held.push(view, at, time);
		if (this.#held.length >= HELD_AT_MOST) this.end();
	}

	endRound(): void {
		this.#flush(this.#previousLatest);
		this.#previousLatest = this.#latest;
	}

	/** Nothing more will come. */
	end(): void {
		this.#flush(Number.POSITIVE_INFINITY);
	}

	/** Samples alone need no order, only what changes the state between them does. */
	#flush(until: number): void {
		if (this.#held.length === 0) return;
		this.#held.take(until, this.#holdsState, this.#read);
		if (this.#held.length === 0) this.#holdsState = false;
	}
}
