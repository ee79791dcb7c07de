import { NO_THREAD, ProfileBuilder } from "../builder.ts";
import type { Profile } from "../model.ts";
import type { JsonValue } from "./json-value.ts";
import { V8_VALUE_TYPES, V8Profile } from "./v8-profile.ts";

/**
 * Reads what V8's inspector calls a Profile (`.cpuprofile`): samples, and the time until each next one where it has times.
 * @param json `{nodes, samples?, timeDeltas?, startTime?, endTime?}`, times in microseconds
 * @throws ProfileFormatError
 */
export function readCpuProfile(json: JsonValue, keepTimes: boolean): Profile {
	const { nodes, samples, timeDeltas, startTime, endTime } = json.fields(
		"nodes",
		"samples",
		"timeDeltas",
		"startTime",
		"endTime",
	);
	const profile = new V8Profile();
	profile.addNodes(nodes ?? json.fail("no nodes"));
	if (samples !== undefined) profile.addSamples(samples);
	if (timeDeltas !== undefined) profile.addTimeDeltas(timeDeltas);
	const length = startTime && endTime ? endTime.number() - startTime.number() : undefined;
	const hasTimes = timeDeltas !== undefined;
	const builder = new ProfileBuilder({
		valueTypes: hasTimes ? V8_VALUE_TYPES : V8_VALUE_TYPES.slice(0, 1),
		keepTimes: keepTimes && hasTimes,
	});
	profile.addTo(builder, { thread: NO_THREAD, end: length });
	const duration = Math.round((length ?? 0) * 1000);
	return builder.snapshot(
		Number.isSafeInteger(duration) && duration > 0 ? { durationNanoseconds: BigInt(duration) } : {},
	);
}
