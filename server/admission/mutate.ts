import { SKIP_REASONS, type SkipCode, skipMessage } from "../../contract/skip-reason.ts";
import { allowed, patched, skipped } from "./answer.ts";
import type { InjectionFacts } from "./facts.ts";
import { shapeOf } from "./patch.ts";
import { createPatches } from "./patches.ts";
import { type Owner, ownerOf, type ReviewedPod, readPod } from "./pod.ts";
import { type ReviewRequest, readReview } from "./review.ts";
import { type Skip, skipOf } from "./rules.ts";

/** What became of a review; `ignored`: it was not about the creation of a pod. */
export type AdmissionOutcome = "injected" | "ignored" | SkipCode;

/** A pod that asked for a sidecar and got none. */
export interface SkipFact {
	readonly code: SkipCode;
	/** with the details of the case and the fix */
	readonly message: string;
	readonly namespace: string;
	/** absent while the API server has yet to make it from generateName */
	readonly name?: string;
	readonly generateName?: string;
	/** the pod's controller */
	readonly owner?: Owner;
}

export interface MutatorOptions {
	readonly facts: InjectionFacts;
	/** counts; dry runs are not counted */
	readonly count?: (outcome: AdmissionOutcome) => void;
	/** called after the answer was made; never for silent reasons and dry runs */
	readonly onSkip?: (fact: SkipFact) => void;
	readonly log?: Log;
}

/** The part of a logger that is used. */
export interface Log {
	info(fields: object, message: string): void;
	error(fields: object, message: string): void;
}

/**
 * @returns a function from the parsed body of an AdmissionReview to the answer's text. Whatever goes wrong in here, the
 * answer admits the pod; the function throws ProblemError `invalid-request` only for a body that is no review.
 */
export function createMutator(options: MutatorOptions): (body: unknown) => string {
	const patches = createPatches();
	const report = createReporter(options);
	const { facts, log } = options;

	function answer(request: ReviewRequest, pod: ReviewedPod): string {
		const skip = skipOf(pod, request.namespace, facts);
		const configuration = skip === undefined ? facts.configuration() : undefined;
		if (configuration === undefined) return answerSkip(request, pod, skip ?? { code: "not-configured" });
		const text = patched(request.uid, patches(configuration, shapeOf(pod)));
		report(request, "injected");
		return text;
	}

	function answerSkip(request: ReviewRequest, pod: ReviewedPod, { code, detail }: Skip): string {
		const { silent, message, fix } = SKIP_REASONS[code];
		report(
			request,
			code,
			silent ? undefined : () => factOf(request, pod, { code, ...(detail && { detail }) }),
		);
		if (silent) return allowed(request.uid);
		return skipped(request.uid, code, [detail === undefined ? message : `${message} (${detail})`, fix]);
	}

	return (body) => {
		const request = readReview(body);
		if (!request.isPodCreation) {
			report(request, "ignored");
			return allowed(request.uid);
		}
		const pod = readPod(request.object);
		try {
			return answer(request, pod);
		} catch (error) {
			log?.error({ err: error, namespace: request.namespace, review: request.uid }, "injection failed");
			return answerSkip(request, pod, { code: "internal-fault" });
		}
	};
}

type Report = (request: ReviewRequest, outcome: AdmissionOutcome, fact?: () => SkipFact) => void;

/** Tells the observers, none of whom can change or hold up the answer. */
function createReporter({ count, onSkip, log }: MutatorOptions): Report {
	function guarded(observe: () => void): void {
		try {
			observe();
		} catch (error) {
			log?.error({ err: error }, "an observer of admissions failed");
		}
	}
	return ({ dryRun }, outcome, fact) => {
		if (dryRun) return;
		guarded(() => count?.(outcome));
		if (fact === undefined) return;
		setImmediate(() =>
			guarded(() => {
				const skip = fact();
				log?.info(skip, "pod not injected");
				onSkip?.(skip);
			}),
		);
	};
}

function factOf({ namespace }: ReviewRequest, pod: ReviewedPod, { code, detail }: Skip): SkipFact {
	const { name, generateName } = pod.metadata;
	const owner = ownerOf(pod);
	return {
		code,
		message: skipMessage(code, detail),
		namespace,
		...(typeof name === "string" ? { name } : {}),
		...(typeof generateName === "string" ? { generateName } : {}),
		...(owner === undefined ? {} : { owner }),
	};
}
