import { grow } from "../../growing.ts";

/** How many records and how long a span of nanoseconds fit into one exact number together. */
const MOST_TOGETHER = 2 ** 53;

/** @param at of the record's header in `view` */
export type ReadRecord = (view: DataView<ArrayBuffer>, at: number, time: number) => void;

/** Records that wait for their turn. No object each: there may be hundreds of thousands. */
export class HeldRecords {
	#views: DataView<ArrayBuffer>[] = [];
	#view = new Int32Array(1024);
	#at = new Int32Array(1024);
	#time = new Float64Array(1024);
	#length = 0;

	get length(): number {
		return this.#length;
	}

	push(view: DataView<ArrayBuffer>, at: number, time: number): void {
		const index = this.#length++;
		if (index >= this.#at.length) {
			this.#view = grow(this.#view, index + 1);
			this.#at = grow(this.#at, index + 1);
			this.#time = grow(this.#time, index + 1);
		}
		if (this.#views[this.#views.length - 1] !== view) this.#views.push(view);
		this.#view[index] = this.#views.length - 1;
		this.#at[index] = at;
		this.#time[index] = time;
	}

	/**
	 * Hands over and forgets all records up to a time.
	 * @param inOrder of time, those of one time as they came; else all as they came
	 */
	take(until: number, inOrder: boolean, read: ReadRecord): void {
		const due = this.#due(until);
		const order = inOrder ? this.#sorted(due) : due;
		try {
			for (let next = 0; next < order.length; next++) {
				const index = order[next];
				read(this.#views[this.#view[index]], this.#at[index], this.#time[index]);
			}
		} finally {
			this.#keepAfter(until);
		}
	}

	#due(until: number): Int32Array {
		const due = new Int32Array(this.#length);
		let count = 0;
		for (let index = 0; index < this.#length; index++) if (this.#time[index] <= until) due[count++] = index;
		return due.subarray(0, count);
	}

	/** Time and index in one number, since plain numbers sort natively. */
	#sorted(due: Int32Array): Int32Array {
		const time = this.#time;
		let first = Number.POSITIVE_INFINITY;
		let last = 0;
		let isSorted = true;
		for (let next = 0; next < due.length; next++) {
			const at = time[due[next]];
			// what perf made up has the time 0, long before all else
			if (at > 0 && at < first) first = at;
			if (at < last) isSorted = false;
			else last = at;
		}
		if (isSorted) return due;
		const size = due.length + 1;
		if ((last - first + 2) * size >= MOST_TOGETHER) return due.sort((a, b) => time[a] - time[b] || a - b);
		const keys = new Float64Array(due.length);
		for (let next = 0; next < due.length; next++) {
			const at = time[due[next]];
			keys[next] = (at === 0 ? 0 : at - first + 1) * size + next;
		}
		keys.sort();
		const order = new Int32Array(due.length);
		for (let next = 0; next < order.length; next++) order[next] = due[keys[next] % size];
		return order;
	}

	#keepAfter(until: number): void {
		if (until === Number.POSITIVE_INFINITY) {
			this.#views = [];
			this.#length = 0;
			return;
		}
		const views: DataView<ArrayBuffer>[] = [];
		let kept = 0;
		for (let index = 0; index < this.#length; index++) {
			if (this.#time[index] <= until) continue;
			const view = this.#views[this.#view[index]];
			if (views[views.length - 1] !== view) views.push(view);
			this.#view[kept] = views.length - 1;
			this.#at[kept] = this.#at[index];
			this.#time[kept++] = this.#time[index];
		}
		this.#views = views;
		this.#length = kept;
	}
}
