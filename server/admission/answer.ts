import type { SkipCode } from "../../contract/skip-reason.ts";

/**
 * The answers there are, as JSON texts, ready to be sent. None denies: a pod is always admitted.
 * In the audit log the outcome stands below the webhook's name and `furnace`.
 */
const HEAD = '{"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","response":{"uid":';

/** API servers cut what is longer. */
const WARNING_CHARACTERS = 256;

/** Admitted as it is: not our business. */
export function allowed(uid: string): string {
	return `${HEAD}${JSON.stringify(uid)},"allowed":true}}`;
}

/** @param patch JSON Patch in base64 */
export function patched(uid: string, patch: string): string {
	return `${HEAD}${JSON.stringify(uid)},"allowed":true,"patchType":"JSONPatch","patch":"${patch}","auditAnnotations":{"furnace":"injected"}}}`;
}

/**
 * Admitted as it is, although a sidecar was asked for.
 * @param warnings shown to whoever created the pod, each on a line of its own
 */
export function skipped(uid: string, code: SkipCode, warnings: readonly string[]): string {
	const lines = JSON.stringify(warnings.map(warningOf));
	return `${HEAD}${JSON.stringify(uid)},"allowed":true,"warnings":${lines},"auditAnnotations":{"furnace":"${code}"}}}`;
}

function warningOf(text: string): string {
	const line = `Furnace: ${text}`;
	return line.length <= WARNING_CHARACTERS ? line : `${line.slice(0, WARNING_CHARACTERS - 3)}...`;
}
