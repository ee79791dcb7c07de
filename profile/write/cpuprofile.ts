import { type CallTree, callTreeOf } from "../call-tree.ts";
import { childrenOf } from "../children.ts";
import { functionStacks } from "../function-stacks.ts";
import type { Frame, Profile } from "../model.ts";
import { weightText } from "../weight-text.ts";
import { jsonArrayChunks, jsonObjectChunks } from "./json-chunks.ts";
import { sampleEntries } from "./thread-samples.ts";

/** Samples written one by one; a profile of more has each stack once. */
const MOST_SAMPLES = 1_000_000;
/** Microseconds that a sample stands for where the profile does not say. */
const DEFAULT_INTERVAL = 1000;
const ROOT: Frame = { name: "(root)", module: "", kind: "unknown", file: "", line: 0 };

/**
 * A `.cpuprofile` as V8 writes it: for Chrome's developer tools, VS Code, speedscope. It knows one thread and nothing but
 * time, so all threads stand in it, and a sample takes as long as it weighs: gaps in which nothing ran take no time.
 * `hitCount` is the exact weight. Counts are samples one by one, in the order of time where the profile has times.
 * @throws RangeError when there is no such value type
 */
export function* cpuprofileChunks(profile: Profile, value: number): Generator<string> {
	const tree = callTreeOf(profile, { value });
	const isTime = profile.valueTypes[value].unit === "nanoseconds";
	const microseconds = isTime ? 1 / 1000 : intervalOf(profile, value);
	const samples = isCountable(profile, value, tree) ? singleSamples(profile, value) : stacksOnce(tree);
	const times = timesOf(samples.weight, microseconds);
	yield* jsonObjectChunks([
		["nodes", nodeChunks(tree)],
		["startTime", "0"],
		["endTime", String(times[times.length - 1])],
		["samples", jsonArrayChunks(samples.stack.length, (index) => String(samples.stack[index] + 1))],
		["timeDeltas", jsonArrayChunks(samples.stack.length, (index) => String(deltaAt(times, index)))],
	]);
}

function nodeChunks(tree: CallTree): Iterable<string> {
	const { start, node } = childrenOf(tree.parent.subarray(0, tree.length));
	return jsonArrayChunks(tree.length, (index) => {
		const { name, module, file, line } = tree.frames[tree.frame[index]] ?? ROOT;
		const callFrame = {
			functionName: name,
			scriptId: "0",
			url: file || module,
			lineNumber: line - 1,
			columnNumber: -1,
		};
		const children = Array.from(node.subarray(start[index], start[index + 1]), (child) => child + 1);
		return `{"id":${index + 1},"callFrame":${JSON.stringify(callFrame)},"hitCount":${weightText(tree.self[index])},"children":[${children.join(",")}]}`;
	});
}

function isCountable({ valueTypes, samples }: Profile, value: number, tree: CallTree): boolean {
	if (valueTypes[value].unit !== "count" || tree.total[0] > MOST_SAMPLES) return false;
	return samples.values[value].every((weight) => weight >= 0n);
}

interface WeighedStacks {
	readonly stack: ArrayLike<number>;
	readonly weight: ArrayLike<number>;
}

function singleSamples(profile: Profile, value: number): WeighedStacks {
	const { row, weight } = sampleEntries(profile, value);
	const stackOf = functionStacks(profile)?.stackOf;
	const stack: number[] = [];
	for (let entry = 0; entry < row.length; entry++) {
		const sampled = profile.samples.stack[row[entry]];
		for (let count = 0; count < weight[entry]; count++) stack.push(stackOf?.[sampled] ?? sampled);
	}
	return { stack, weight: new Float64Array(stack.length).fill(1) };
}

/** Ends with the root: readers take the time to the next sample for a sample's own, and have none for the last. */
function stacksOnce({ self }: CallTree): WeighedStacks {
	const stack = Array.from(self.keys()).filter((node) => self[node] > 0);
	return { stack: [...stack, 0], weight: [...stack.map((node) => self[node]), 0] };
}

/** When each sample starts and the last one ends, in microseconds. */
function timesOf(weight: ArrayLike<number>, microseconds: number): Float64Array {
	const times = new Float64Array(weight.length + 1);
	let elapsed = 0;
	for (let index = 0; index < weight.length; index++) {
		elapsed += weight[index] * microseconds;
		times[index + 1] = Math.round(elapsed);
	}
	return times;
}

function deltaAt(times: Float64Array, index: number): number {
	return index === 0 ? 0 : times[index] - times[index - 1];
}

/** What one unit of weight stands for where another value of the same samples is their time. */
function intervalOf({ valueTypes, samples }: Profile, value: number): number {
	const time = valueTypes.findIndex(({ unit }) => unit === "nanoseconds");
	if (time < 0) return DEFAULT_INTERVAL;
	const sum = (values: BigInt64Array): number => Number(values.reduce((total, one) => total + one, 0n));
	const interval = sum(samples.values[time]) / sum(samples.values[value]) / 1000;
	return interval > 0 && Number.isFinite(interval) ? interval : DEFAULT_INTERVAL;
}
