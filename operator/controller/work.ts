import type { KubernetesObject } from "../../kubernetes/objects.ts";
import type { Desired } from "../objects/desired.ts";
import { placeOf } from "./places.ts";
import type { Surroundings } from "./surroundings.ts";

/** Goes on after faults and remembers them. */
export interface Work {
	/** @returns undefined: it failed */
	attempt<T>(what: string, run: () => Promise<T>): Promise<T | undefined>;
	ensure(desired: Desired): Promise<KubernetesObject | undefined>;
	all(desired: readonly Desired[]): Promise<void>;
	readonly errors: readonly unknown[];
	/** for people */
	readonly failures: readonly string[];
}

export function startWork({ applier, watches }: Surroundings): Work {
	const errors: unknown[] = [];
	const failures: string[] = [];
	const work: Work = { attempt, ensure, all, errors, failures };
	return work;

	async function attempt<T>(what: string, run: () => Promise<T>): Promise<T | undefined> {
		try {
			return await run();
		} catch (error) {
			errors.push(error);
			failures.push(`${what}: ${(error as Error).message}`);
			return undefined;
		}
	}

	function ensure(desired: Desired): Promise<KubernetesObject | undefined> {
		const { name } = desired.object.metadata;
		return attempt(`${desired.kind.kind} ${name}`, () =>
			applier.ensure(desired, watches.get(placeOf(desired))),
		);
	}

	async function all(desired: readonly Desired[]): Promise<void> {
		for (const one of desired) await ensure(one);
	}
}
