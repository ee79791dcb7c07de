import { type Mapping, Mappings } from "./mappings.ts";

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
}

/** Which threads there are and what they have mapped, as the records tell it in the order of time. */
export class Processes<File> {
	readonly #threads = new Map<number, ThreadState<File>>();
	readonly #mappings = new Map<number, Mappings<File>>();

	thread(pid: number, tid: number): ThreadState<File> {
		const known = this.#threads.get(tid);
		if (known !== undefined && known.pid === pid) return known;
		return this.#set(pid, tid, tid === 0 ? "swapper" : `:${tid}`, tid === 0);
	}

	/** @param exec a new program is being loaded: what was mapped is gone */
	name(pid: number, tid: number, { command, exec }: { command: string; exec: boolean }): void {
		if (exec) this.#mappingsOf(pid).replace();
		this.#set(pid, tid, command, true);
	}

	/** @param synthesized perf found it running: its mappings are told one by one */
	fork(
		child: { pid: number; tid: number },
		parent: { pid: number; tid: number },
		synthesized: boolean,
	): void {
		const from = this.#threads.get(parent.tid);
		this.#threads.delete(child.tid);
		if (child.pid !== parent.pid && !synthesized) {
			this.#mappings.set(child.pid, this.#mappingsOf(parent.pid).copy());
		}
		if (from?.named) this.#set(child.pid, child.tid, from.command, true);
	}

	map(pid: number, mapping: Mapping<File>): void {
		this.#mappingsOf(pid).add(mapping);
	}

	#set(pid: number, tid: number, command: string, named: boolean): ThreadState<File> {
		const thread = { pid, tid, command, named, mappings: this.#mappingsOf(pid), index: -1 };
		this.#threads.set(tid, thread);
		return thread;
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
