import { ProfileBuilder } from "../builder.ts";
import type { Profile } from "../model.ts";
import type { JsonValue } from "./json-value.ts";
import { V8_VALUE_TYPES, V8Profile } from "./v8-profile.ts";

/** One sampler of one thread, as it came in events. */
interface Sampler {
	readonly pid: number;
	tid: number;
	/** microseconds since whenever; infinite: not known */
	start: number;
	readonly chunks: { readonly at: number; readonly data: JsonValue }[];
}

const EVENT_NAMES = new Set(["Profile", "ProfileChunk", "CpuProfile", "thread_name"]);

/**
 * Reads the CPU profiles of a Chrome trace, each as that of a thread; all other events are passed over.
 * @param json `{traceEvents: [...]}` or the events alone; events that V8 wrote: `Profile` and `ProfileChunk`, older ones
 * `CpuProfile`
 * @throws ProfileFormatError, also when there is no CPU profile in it
 */
export function readChromeTrace(json: JsonValue, keepTimes: boolean): Profile {
	const events = json.isArray ? json : (json.fields("traceEvents").traceEvents ?? json.fail("no events"));
	const samplers = new Map<string, Sampler>();
	const names = new Map<string, string>();
	for (const event of events.items()) readEvent(event, samplers, names);
	if (samplers.size === 0) json.fail("no CPU profile among its events");
	const builder = new ProfileBuilder({ valueTypes: V8_VALUE_TYPES, keepTimes });
	const earliest = Math.min(...Array.from(samplers.values(), ({ start }) => start));
	for (const { pid, tid, start, chunks } of samplers.values()) {
		const thread = builder.thread({ pid, tid, name: names.get(`${pid}/${tid}`) ?? "" });
		const profile = new V8Profile();
		for (const { data } of chunks.toSorted((a, b) => a.at - b.at)) addChunk(profile, data);
		const offset = Number.isFinite(start) ? start - earliest : 0;
		profile.addTo(builder, { thread, start: offset });
	}
	return builder.snapshot();
}

/** Nodes come before the samples that name them, in the same chunk or an earlier one. */
function addChunk(profile: V8Profile, data: JsonValue): void {
	const { cpuProfile, timeDeltas } = data.fields("cpuProfile", "timeDeltas");
	const inner = cpuProfile?.fields("nodes", "samples", "timeDeltas");
	if (inner?.nodes !== undefined) profile.addNodes(inner.nodes);
	if (inner?.samples !== undefined) profile.addSamples(inner.samples);
	const deltas = timeDeltas ?? inner?.timeDeltas;
	if (deltas !== undefined) profile.addTimeDeltas(deltas);
}

function readEvent(event: JsonValue, samplers: Map<string, Sampler>, names: Map<string, string>): void {
	if (!event.isObject) event.fail("an event that is no object");
	const { name, pid, tid, id, ts, args } = event.fields("name", "pid", "tid", "id", "ts", "args");
	if (!name?.isText || !args?.isObject) return;
	const type = name.text();
	if (!EVENT_NAMES.has(type)) return;
	const process = pid?.integer() ?? 0;
	const thread = tid?.integer() ?? 0;
	if (type === "thread_name") {
		const given = args.fields("name").name;
		if (given?.isText) names.set(`${process}/${thread}`, given.text());
		return;
	}
	const { data } = args.fields("data");
	if (!data?.isObject) return;
	const key = `${process}/${id === undefined ? `thread ${thread}` : id.isText ? id.text() : id.integer()}`;
	const sampler: Sampler = samplers.get(key) ?? { pid: process, tid: thread, start: Infinity, chunks: [] };
	samplers.set(key, sampler);
	// chunks come from the thread that writes them down, the first event from the one that is looked at
	if (type !== "ProfileChunk") {
		sampler.tid = thread;
		sampler.start = startOf(data);
	}
	sampler.chunks.push({ at: ts?.number() ?? 0, data });
}

function startOf(data: JsonValue): number {
	const { startTime, cpuProfile } = data.fields("startTime", "cpuProfile");
	const start = startTime ?? cpuProfile?.fields("startTime").startTime;
	return start?.number() ?? Infinity;
}
