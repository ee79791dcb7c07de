import { type Mapping, Mappings } from "./mappings.ts";
import type { CommandRecord, ForkRecord } from "./record-fields.ts";

/** A thread as it was last heard of. */
export interface ThreadState<File> {
	readonly pid: number;
	readonly tid: number;
	readonly command: string;
	/** has a name of its own, or one that it inherited */
	readonly named: boolean;
	/** shared by all threads of a process */
	readonly mappings: Mappings<File>;
	/** index of the builder under this name; -1: not asked for yet */
	index: number;
	/** the stack that all of its chains begin with; -1: not asked for yet */
	bottom: number;
}

/** Threads that have ended and are remembered: on its last way through the kernel one may still be sampled. */
const ENDED_KEPT = 4096;

/** Which threads there are and what they have mapped, as the records tell it in the order of time. */
export class Processes<File> {
	readonly #threads = new Map<number, ThreadState<File>>();
	readonly #mappings = new Map<number, Mappings<File>>();
	/** a ring of those that ended last */
	readonly #ended: (ThreadState<File> | undefined)[] = new Array(ENDED_KEPT);
	#nextEnded = 0;

	thread(pid: number, tid: number): ThreadState<File> {
		const known = this.#threads.get(tid);
		if (known !== undefined && known.pid === pid) return known;
		return this.#set(pid, tid, tid === 0 ? "swapper" : `:${tid}`, tid === 0);
	}

	/** With a new program, what was mapped is gone. */
	name({ pid, tid, command, exec }: CommandRecord): void {
		if (exec) this.#mappingsOf(pid).replace();
		this.#set(pid, tid, command, true);
	}

	/** The mappings of a process that perf found running are told one by one. */
	fork({ child, parent, synthesized }: ForkRecord): void {
		const from = this.#threads.get(parent.tid);
		const replaced = this.#threads.get(child.tid);
		if (replaced !== undefined) this.#forget(replaced);
		if (child.pid !== parent.pid && !synthesized) {
			this.#mappings.set(child.pid, this.#mappingsOf(parent.pid).copy());
		}
		if (from?.named) this.#set(child.pid, child.tid, from.command, true);
	}

	/** A recording may meet any number of short-lived processes: they are forgotten in time. */
	exit(tid: number): void {
		const oldest = this.#ended[this.#nextEnded];
		// by now another thread may have its number
		if (oldest !== undefined && this.#threads.get(oldest.tid) === oldest) this.#forget(oldest);
		this.#ended[this.#nextEnded] = this.#threads.get(tid);
		this.#nextEnded = (this.#nextEnded + 1) % ENDED_KEPT;
	}

	map(pid: number, mapping: Mapping<File>): void {
		this.#mappingsOf(pid).add(mapping);
	}

	#set(pid: number, tid: number, command: string, named: boolean): ThreadState<File> {
		const thread = { pid, tid, command, named, mappings: this.#mappingsOf(pid), index: -1, bottom: -1 };
		thread.mappings.users++;
		const replaced = this.#threads.get(tid);
		if (replaced !== undefined) this.#forget(replaced);
		this.#threads.set(tid, thread);
		return thread;
	}

	#forget({ pid, tid, mappings }: ThreadState<File>): void {
		this.#threads.delete(tid);
		if (--mappings.users === 0 && this.#mappings.get(pid) === mappings) this.#mappings.delete(pid);
	}

	#mappingsOf(pid: number): Mappings<File> {
		let mappings = this.#mappings.get(pid);
		if (mappings === undefined) {
			mappings = new Mappings();
			this.#mappings.set(pid, mappings);
		}
		return mappings;
	}
}
