import type { Condition, ConditionType } from "../../contract/furnace-resource.ts";
import type { Obstacle } from "../pod.ts";

/** How things are; `ok: undefined`: not known. */
export interface Finding {
	readonly ok: boolean;
	readonly reason: string;
	/** for people: what is, and what to do about it */
	readonly message: string;
}

export type Findings = Readonly<Partial<Record<ConditionType | "NodeDaemon", Finding>>>;

/**
 * Findings as conditions of an object.
 * @param before its conditions until now: one whose status stays keeps the time since when it has it
 */
export function conditionsOf(
	findings: Findings,
	{
		before = [],
		generation,
		now,
	}: { before?: readonly Condition[] | undefined; generation: number; now: Date },
): Condition[] {
	return Object.entries(findings).map(([type, { ok, reason, message }]) => {
		const status = ok ? "True" : "False";
		const same = before.find((condition) => condition.type === type && condition.status === status);
		const lastTransitionTime = same?.lastTransitionTime ?? secondsOnly(now);
		return { type, status, reason, message, lastTransitionTime, observedGeneration: generation };
	});
}

/** @returns conditions whose status or reason is not what it was */
export function turned(conditions: readonly Condition[], before: readonly Condition[] = []): Condition[] {
	return conditions.filter(({ type, status, reason }) => {
		const old = before.find((condition) => condition.type === type);
		return old?.status !== status || old.reason !== reason;
	});
}

/** Kubernetes' own times have no fractions. */
export function secondsOnly(time: Date): string {
	return time.toISOString().replace(/\.\d+Z$/, "Z");
}

export function describeObstacle({ reason, message }: Obstacle): string {
	return message === "" ? reason : `${reason}: ${message}`;
}
