import type { ValueType } from "../../model.ts";
import { perfValueTypes } from "../perf-script.ts";
import type { EventAttributes } from "./attributes.ts";
import { RECORD } from "./record-types.ts";
import { unsignedAt } from "./words.ts";

/** An event of a recording, with what perf calls it. */
export interface RecordedEvent extends EventAttributes {
	name: string;
	/** that of the value types its periods are added to; 0: not chosen yet */
	column: number;
}

const TYPE = { hardware: 0, software: 1, tracepoint: 2 } as const;
const HARDWARE = [
	"cycles",
	"instructions",
	"cache-references",
	"cache-misses",
	"branches",
	"branch-misses",
	"bus-cycles",
	"stalled-cycles-frontend",
	"stalled-cycles-backend",
	"ref-cycles",
];
const DUMMY = "dummy";
const SOFTWARE = [
	"cpu-clock",
	"task-clock",
	"page-faults",
	"context-switches",
	"cpu-migrations",
	"minor-faults",
	"major-faults",
	"alignment-faults",
	"emulation-faults",
	DUMMY,
	"bpf-output",
	"cgroup-switches",
];

/** The events of a recording, and which of them each record belongs to. */
export class RecordedEvents {
	readonly #events: RecordedEvent[] = [];
	readonly #byId = new Map<number, RecordedEvent>();

	/** @param ids that its records carry, small numbers */
	add(attributes: EventAttributes, ids: readonly number[]): void {
		const event = { ...attributes, name: nameOf(attributes), column: 0 };
		this.#events.push(event);
		for (const id of ids) this.#byId.set(id, event);
	}

	rename(id: number, name: string): void {
		const event = this.#byId.get(id);
		if (event !== undefined && name !== "") event.name = name;
	}

	ofId(id: number): RecordedEvent | undefined {
		return this.#byId.get(id);
	}

	/** @returns undefined: there is none, and nothing can be read */
	of(type: number, view: DataView, at: number, size: number): RecordedEvent | undefined {
		const first = this.#events[0];
		if (this.#events.length <= 1) return first;
		// where there are several, perf gives all of them their identifiers at the same place
		let place = -1;
		if (type === RECORD.sample) place = first.sample.identifier;
		else if (first.sampleIdAll && first.trailer.identifier !== -1) place = size - first.trailer.identifier;
		if (place < 8 || place + 8 > size) return first;
		return this.#byId.get(unsignedAt(view, at + place)) ?? first;
	}

	/** 0 for what perf made up of the processes that ran already: it comes before all else. */
	timeOf(type: number, view: DataView, at: number, size: number): number {
		const event = this.of(type, view, at, size);
		if (event === undefined) return 0;
		if (type === RECORD.sample) {
			const { time } = event.sample;
			return time === -1 || time + 8 > size ? 0 : unsignedAt(view, at + time);
		}
		const distance = event.trailer.time;
		if (!event.sampleIdAll || distance === -1 || size - distance < 8) return 0;
		return unsignedAt(view, at + size - distance);
	}

	/** What samples count: themselves, and each event that may have some. Events of one name share a column. */
	valueTypes(): ValueType[] {
		const names = new Set(this.#events.map(({ name }) => name));
		// perf's own, for the records of processes
		if (names.size > 1) for (const name of [...names]) if (isDummy(name)) names.delete(name);
		const [first = "cpu-clock"] = names;
		const [samples, only] = perfValueTypes(withoutModifiers(first));
		if (names.size <= 1) return [samples, only];
		const unitOf = (name: string): string => perfValueTypes(withoutModifiers(name))[1].unit;
		return [samples, ...Array.from(names, (name) => ({ type: name, unit: unitOf(name) }))];
	}

	/** @param valueTypes of the profile; where they do not tell the events apart, all go into the second */
	chooseColumns(valueTypes: readonly ValueType[]): void {
		for (const event of this.#events) {
			event.column = Math.max(
				1,
				valueTypes.findIndex(({ type }) => type === event.name),
			);
		}
	}
}

function nameOf({ type, config }: EventAttributes): string {
	const known = type === TYPE.hardware ? HARDWARE : type === TYPE.software ? SOFTWARE : [];
	const name = known[Number(config & 0xffffn)];
	if (name !== undefined) return name;
	return type === TYPE.tracepoint ? `tracepoint-${config}` : `event-${type}-${config.toString(16)}`;
}

function isDummy(name: string): boolean {
	return withoutModifiers(name) === DUMMY;
}

/** `cpu-clock:u` counts in user space alone; `sched:sched_switch` is another thing. */
function withoutModifiers(name: string): string {
	return name.replace(/:[ukhpPGHSDeWIb]+$/, "").replace(/\/.*\/$/, "");
}
