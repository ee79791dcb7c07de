import type { SampleLabel, Thread } from "../model.ts";
import { THREAD_LABELS } from "../pprof-fields.ts";
import { type PprofLabel, type PprofTables, readLabel } from "./pprof-tables.ts";
import type { Integer, ProtobufReader } from "./protobuf.ts";

/** The labels of one sample: its thread, and what else it carries. */
export class SampleLabels {
	readonly #tables: PprofTables;
	#thread: Thread | undefined;
	readonly #others: SampleLabel[] = [];

	constructor(tables: PprofTables) {
		this.#tables = tables;
	}

	take(reader: ProtobufReader): void {
		const label = readLabel(reader);
		const { strings } = this.#tables;
		const key = strings.text(label.key, reader);
		const thread = this.#thread ?? { pid: 0, tid: 0, name: "" };
		if (key === THREAD_LABELS.pid) this.#thread = { ...thread, pid: asNumber(label.number) };
		else if (key === THREAD_LABELS.tid) this.#thread = { ...thread, tid: asNumber(label.number) };
		else if (key === THREAD_LABELS.name) this.#thread = { ...thread, name: strings.text(label.text, reader) };
		else this.#others.push(this.#other(key, label, reader));
	}

	/** @returns undefined: nothing is known of it */
	thread(): Thread | undefined {
		if (this.#others.length === 0) return this.#thread;
		return { pid: 0, tid: 0, name: "", ...this.#thread, labels: this.#others };
	}

	#other(key: string, { text, number, unit }: PprofLabel, reader: ProtobufReader): SampleLabel {
		const { strings } = this.#tables;
		return {
			key,
			value: text === 0 ? BigInt(number) : strings.text(text, reader),
			unit: strings.text(unit, reader),
		};
	}
}

/** A process or thread number: what is none becomes 0. */
function asNumber(value: Integer): number {
	return typeof value === "number" ? value : 0;
}
