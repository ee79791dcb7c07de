import { ANNOTATION_SERVICE_ACCOUNTS, NAMESPACE_LABEL } from "../../contract/names.ts";
import type { SkipCode } from "../../contract/skip-reason.ts";
import type { InjectionConfiguration, InjectionFacts, NamespaceFacts } from "./facts.ts";
import { limitRangeViolation, quotaShortage } from "./namespace-limits.ts";
import { ownerKeyOf, type ReviewedPod } from "./pod.ts";
import * as pods from "./pod-rules.ts";
import { resourceClassOf, sidecarResources } from "./resources.ts";

/** The one Pod Security level that takes the sidecar: both privilege modes are beyond `baseline`. */
const ALLOWED_LEVEL = "privileged";
export const POD_SECURITY_LABEL = "pod-security.kubernetes.io/enforce";
const SYSTEM_NAMESPACES: ReadonlySet<string> = new Set(["kube-system", "kube-public", "kube-node-lease"]);
/** The first version whose native sidecars are on by default. */
const FIRST_VERSION = { major: 1, minor: 29 } as const;

/** True, or the detail that the reader of the reason needs: it holds. False or undefined: it does not. */
type Verdict = boolean | string | undefined;

interface Rule<Subject> {
	readonly code: SkipCode;
	readonly holds: (subject: Subject) => Verdict;
}

/**
 * First hit wins. What the pod's author said comes before what the author could change, and that before what only an
 * administrator can.
 *
 *     not asked | opted out | already there | never possible for such a pod | nothing to inject yet |
 *     not consented | would be refused | refused lately
 */
const POD_RULES: readonly Rule<ReviewedPod>[] = [
	{ code: "not-asked", holds: (pod) => !pods.isAskedFor(pod) },
	{ code: "opted-out", holds: pods.optsOut },
	{ code: "mirror-pod", holds: pods.isMirror },
	{ code: "already-injected", holds: pods.isInjected },
	{ code: "windows", holds: pods.isWindows },
	{ code: "host-network", holds: ({ spec }) => spec.hostNetwork === true },
	{ code: "dns-policy", holds: ({ spec }) => spec.dnsPolicy === "Default" },
	{ code: "host-pid", holds: ({ spec }) => spec.hostPID === true },
	{ code: "user-namespace", holds: pods.hasOwnUserNamespace },
	{ code: "share-process-namespace-false", holds: ({ spec }) => spec.shareProcessNamespace === false },
	{ code: "pod-level-resources", holds: pods.hasPodLevelResources },
	{ code: "container-name-conflict", holds: pods.hasContainerOfOurName },
	{ code: "volume-name-conflict", holds: pods.volumeOfOurName },
	{ code: "port-conflict", holds: pods.containerOnOurPort },
];

interface Subject {
	readonly pod: ReviewedPod;
	readonly namespace: string;
	readonly known: NamespaceFacts | undefined;
	readonly configuration: InjectionConfiguration;
	readonly facts: InjectionFacts;
}

const CLUSTER_RULES: readonly Rule<Subject>[] = [
	{ code: "system-namespace", holds: isSystemNamespace },
	{ code: "namespace-not-enabled", holds: ({ known }) => known !== undefined && !hasConsent(known) },
	{ code: "service-account-not-enabled", holds: unlistedServiceAccount },
	{ code: "server-too-old", holds: ({ configuration }) => isTooOld(configuration.kubernetes) },
	{ code: "agent-image-unproven", holds: ({ configuration }) => !configuration.imageProven },
	{ code: "pod-security", holds: ({ known }) => refusingLevel(known) },
	{ code: "limit-range", holds: violation },
	{ code: "quota-exceeded", holds: shortage },
	{
		code: "refused-by-admission",
		holds: ({ pod, namespace, facts }) => facts.refusal(ownerKeyOf(namespace, pod)),
	},
];

export interface Skip {
	readonly code: SkipCode;
	readonly detail?: string;
}

/**
 * @param namespace the request's: it wins over the one written in the pod
 * @returns why the pod gets no sidecar; undefined: it gets one with the configuration that `facts` has now
 */
export function skipOf(pod: ReviewedPod, namespace: string, facts: InjectionFacts): Skip | undefined {
	const ofPod = firstHit(POD_RULES, pod);
	if (ofPod !== undefined) return ofPod;
	const configuration = facts.configuration();
	if (configuration === undefined) return { code: "not-configured" };
	const known = facts.namespace(namespace);
	return firstHit(CLUSTER_RULES, { pod, namespace, known, configuration, facts });
}

function firstHit<S>(rules: readonly Rule<S>[], subject: S): Skip | undefined {
	for (const { code, holds } of rules) {
		const verdict = holds(subject);
		if (typeof verdict === "string") return { code, detail: verdict };
		if (verdict === true) return { code };
	}
	return undefined;
}

function isSystemNamespace({ namespace, configuration }: Subject): boolean {
	return SYSTEM_NAMESPACES.has(namespace) || namespace === configuration.namespace;
}

function hasConsent({ labels }: NamespaceFacts): boolean {
	return labels[NAMESPACE_LABEL.key] === NAMESPACE_LABEL.value;
}

function unlistedServiceAccount({ pod, known }: Subject): Verdict {
	const list = known?.annotations[ANNOTATION_SERVICE_ACCOUNTS];
	if (list === undefined) return false;
	const account = String(pod.spec.serviceAccountName ?? "default");
	const listed = list.split(",").some((name) => name.trim() === account);
	return listed ? false : account;
}

function isTooOld({ major, minor }: InjectionConfiguration["kubernetes"]): Verdict {
	const tooOld =
		major < FIRST_VERSION.major || (major === FIRST_VERSION.major && minor < FIRST_VERSION.minor);
	return tooOld ? `${major}.${minor}` : false;
}

function refusingLevel(known: NamespaceFacts | undefined): Verdict {
	const level = known?.labels[POD_SECURITY_LABEL];
	return level === ALLOWED_LEVEL ? undefined : level;
}

function violation({ pod, namespace, configuration, facts }: Subject): Verdict {
	const ranges = facts.limitRanges(namespace);
	return ranges.length === 0 ? undefined : limitRangeViolation(pod, sidecarOf(pod, configuration), ranges);
}

function shortage({ pod, namespace, configuration, facts }: Subject): Verdict {
	const quotas = facts.quotas(namespace);
	return quotas.length === 0 ? undefined : quotaShortage(pod, sidecarOf(pod, configuration), quotas);
}

function sidecarOf(pod: ReviewedPod, configuration: InjectionConfiguration) {
	return { resources: sidecarResources(configuration, resourceClassOf(pod)) };
}
