import { isIndex } from "../array-index.ts";
import { EMPTY_STACK, ProfileBuilder } from "../builder.ts";
import type { Profile, ProfileInfo, Thread, ValueType } from "../model.ts";
import type { JsonValue } from "./json-value.ts";
import { WholeWeights } from "./whole-weights.ts";

/** What a `null` in a column of indices becomes. */
export const NOTHING = -1;

/** How a thread's samples are weighed, and how many of ours a weight of 1 is. */
export const WEIGHTS = {
	samples: { valueType: { type: "samples", unit: "count" }, scale: 1 },
	"tracing-ms": { valueType: { type: "time", unit: "nanoseconds" }, scale: 1e6 },
	bytes: { valueType: { type: "space", unit: "bytes" }, scale: 1 },
} as const satisfies Record<string, { valueType: ValueType; scale: number }>;
export type WeightType = keyof typeof WEIGHTS;

const CPU: ValueType = { type: "cpu", unit: "nanoseconds" };
/** A sample's time is a double of milliseconds; from here on it is nonsense, and no longer exact as nanoseconds. */
const LATEST_MILLISECONDS = Number.MAX_SAFE_INTEGER / 1e6;

/** A thread of a profile of the Firefox Profiler, whichever of its forms it came in: columns of one length. */
export interface GeckoThread {
	readonly json: JsonValue;
	readonly thread: Thread;
	/** @returns the builder's stack of each of the thread's */
	stacksIn(builder: ProfileBuilder): Int32Array;
	/** index into these, NOTHING: the empty stack */
	readonly stack: Float64Array;
	/** milliseconds since the profile's start */
	readonly time: Float64Array | undefined;
	readonly weightType: WeightType;
	/** absent: 1 each */
	readonly weight: Float64Array | undefined;
	/** CPU time since the sample before, in nanoseconds */
	readonly cpu: Float64Array | undefined;
}

/**
 * Adds up the threads of a profile. Its value types are those the threads are weighed by, then CPU time if they have it.
 * @param startTime of the profile in milliseconds since 1970
 */
export function profileOfThreads(
	threads: readonly GeckoThread[],
	keepTimes: boolean,
	startTime: number | undefined,
): Profile {
	const types = new Set(threads.map(({ weightType }) => weightType));
	const weights: WeightType[] = types.size === 0 ? ["samples"] : [...types];
	const valueTypes: ValueType[] = weights.map((type) => WEIGHTS[type].valueType);
	if (threads.some(({ cpu }) => cpu !== undefined)) valueTypes.push(CPU);
	const hasTimes = keepTimes && threads.every(({ time }) => time !== undefined);
	const builder = new ProfileBuilder({ valueTypes, keepTimes: hasTimes });
	let earliest = Infinity;
	for (const { time } of threads) for (const at of time ?? []) earliest = Math.min(earliest, at);
	for (const thread of threads) addThread(builder, thread, weights.indexOf(thread.weightType), earliest);
	return builder.snapshot(infoOf(startTime, earliest));
}

function addThread(builder: ProfileBuilder, from: GeckoThread, column: number, earliest: number): void {
	const stacks = from.stacksIn(builder);
	const thread = builder.thread(from.thread);
	const whole = new WholeWeights(WEIGHTS[from.weightType].scale);
	const values = builder.valueTypes.map(() => 0);
	for (const [index, stack] of from.stack.entries()) {
		if (stack !== NOTHING && !isIndex(stack, stacks.length)) {
			from.json.fail(`sample ${index} has stack ${stack} of ${stacks.length}`);
		}
		values[column] = from.weight === undefined ? 1 : whole.ofNumber(from.weight[index], from.json);
		if (from.cpu !== undefined) values[values.length - 1] = cpuOf(from, index);
		const time = from.time === undefined ? undefined : Math.round((from.time[index] - earliest) * 1e6);
		builder.add(stack === NOTHING ? EMPTY_STACK : stacks[stack], thread, values, time);
	}
}

function cpuOf({ json, cpu }: GeckoThread, index: number): number {
	const time = Math.round(cpu?.[index] ?? 0);
	return Number.isSafeInteger(time) ? time : json.fail(`sample ${index} has more CPU time than can be`);
}

function infoOf(startTime: number | undefined, earliest: number): Partial<ProfileInfo> {
	const startedAt = new Date((startTime ?? Number.NaN) + (Number.isFinite(earliest) ? earliest : 0));
	return Number.isNaN(startedAt.getTime()) ? {} : { startedAt: startedAt.toISOString() };
}

/** @throws ProfileFormatError for a time that cannot be */
export function checkTimes(time: Float64Array, json: JsonValue): Float64Array {
	for (const [index, at] of time.entries()) {
		if (!(Math.abs(at) <= LATEST_MILLISECONDS)) json.fail(`sample ${index} has no time that can be`);
	}
	return time;
}

/** A process or thread number, which may be a text (`12`, `12.1`): what is none becomes 0. */
export function threadNumber(json: JsonValue | undefined): number {
	if (json === undefined || json.isNull) return 0;
	const number = json.isText ? Number.parseInt(json.text(), 10) : json.number();
	return Number.isSafeInteger(number) ? number : 0;
}

export function textOf(json: JsonValue | undefined): string {
	return json?.isText ? json.text() : "";
}
