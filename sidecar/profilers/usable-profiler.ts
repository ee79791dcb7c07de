import { ProblemError } from "../../contract/problem.ts";
import { causeOf, type ProfilerName } from "../../contract/recording.ts";
import type { Profiler } from "./profiler.ts";

/**
 * The profiler of that name, ready to count the event.
 * @throws ProblemError profiler-unavailable, with what to do about it
 */
export async function usableProfiler(
	profilers: readonly Profiler[],
	name: ProfilerName,
	event: string,
): Promise<Profiler> {
	const profiler = profilers.find((candidate) => candidate.name === name);
	if (profiler === undefined) {
		const known = profilers.map((candidate) => candidate.name).join(", ");
		throw new ProblemError("profiler-unavailable", `This agent has no profiler ${name}, only: ${known}.`);
	}
	const refusal = await profiler.refuses(event);
	if (refusal === null) return profiler;
	const { message, nextStep } = causeOf(refusal);
	throw new ProblemError("profiler-unavailable", [message, nextStep].filter(Boolean).join(" "));
}
