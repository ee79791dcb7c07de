import type { Pod } from "../../contract/pod.ts";
import { skipMessage } from "../../contract/skip-reason.ts";
import type { InjectionFacts } from "./facts.ts";
import { readPod } from "./pod.ts";
import { isInjected } from "./pod-rules.ts";
import { skipOf } from "./rules.ts";

/**
 * Why a pod that runs already has no sidecar: by the same rules as at its creation.
 * @param pod as the API has it
 * @returns null: it has one
 */
export function explainSkip(pod: object, namespace: string, facts: InjectionFacts): Pod["skip"] {
	const reviewed = readPod(pod);
	if (isInjected(reviewed)) return null;
	// no rule keeps a sidecar away, and yet there is none: nobody asked us, or not yet
	const { code, detail } = skipOf(reviewed, namespace, facts) ?? { code: "missed" as const };
	return { code, message: skipMessage(code, detail) };
}
