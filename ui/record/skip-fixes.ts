import { NAMESPACE_LABEL } from "../../contract/names.ts";
import type { Pod } from "../../contract/pod.ts";
import type { SkipCode } from "../../contract/skip-reason.ts";
import {
	allowInjection,
	labelNamespace,
	labelWorkload,
	listServiceAccount,
	patchTemplate,
	restart,
} from "../commands/kubectl.ts";
import { commandLine } from "../commands/shell.ts";
import { type Workload, workloadOf } from "../commands/workload.ts";

interface Place {
	namespace: string;
	pod: string;
	workload: Workload | null;
}

/** The commands that mend what kept the sidecar out, or that tell more about it; in this order. */
export function fixCommands(
	code: SkipCode,
	namespace: string,
	pod: Pick<Pod, "name" | "description">,
): string[] {
	const workload = workloadOf(pod);
	// a pod that stands alone and a Job's template cannot be changed: whoever made them makes them anew
	const isFixed = workload?.kind === "job" || workload?.kind === "pod";
	const commands = FIXES[code]?.({ namespace, pod: pod.name, workload }) ?? [];
	return isFixed
		? commands.filter((line) => !line.startsWith("kubectl patch") && !line.includes("rollout"))
		: commands;
}

const SPEC = (place: Place, spec: object) => [patchTemplate(place.namespace, place.workload, { spec })];
const again = ({ namespace, workload }: Place) => restart(namespace, workload);
const describe = (kind: string, namespace: string) =>
	commandLine("kubectl", "describe", kind, "-n", namespace);
const FURNACES = "kubectl get furnaces.furnace.hyperfoil.io -A";

const FIXES: Partial<Record<SkipCode, (place: Place) => string[]>> = {
	"not-asked": ({ namespace, workload }) => [labelWorkload(namespace, workload)],
	"opted-out": ({ namespace, workload }) => [allowInjection(namespace, workload)],
	"not-configured": (place) => ["kubectl apply -f deploy/furnace.yaml", FURNACES, again(place)],
	"namespace-not-enabled": (place) => [labelNamespace(place.namespace), again(place)],
	"service-account-not-enabled": (place) => [
		commandLine("kubectl", "get", "namespace", place.namespace, "-o", "jsonpath={.metadata.annotations}"),
		listServiceAccount(place.namespace),
		again(place),
	],
	"host-network": (place) => SPEC(place, { hostNetwork: false }),
	"dns-policy": (place) => SPEC(place, { dnsPolicy: null }),
	"host-pid": (place) => SPEC(place, { hostPID: false }),
	"user-namespace": (place) => SPEC(place, { hostUsers: null }),
	"share-process-namespace-false": (place) => SPEC(place, { shareProcessNamespace: null }),
	"pod-level-resources": (place) => SPEC(place, { resources: null }),
	"pod-security": (place) => [
		commandLine(
			...["kubectl", "label", "namespace", place.namespace, "--overwrite"],
			"pod-security.kubernetes.io/enforce=privileged",
		),
		again(place),
	],
	"limit-range": (place) => [describe("limitrange", place.namespace), again(place)],
	"quota-exceeded": (place) => [describe("resourcequota", place.namespace), again(place)],
	"agent-image-unproven": (place) => [`${FURNACES} -o yaml`, again(place)],
	"refused-by-admission": ({ namespace }) => [
		commandLine("kubectl", "get", "events", "-n", namespace, "--field-selector", "type=Warning"),
	],
	missed: (place) => [again(place)],
	"internal-fault": () => [`kubectl logs -A -l app.kubernetes.io/name=furnace-server --tail 50`],
};

/** How a namespace is told from one that takes no part; for those who look for theirs. */
export const LABELLED_NAMESPACES = `kubectl get namespaces -l ${NAMESPACE_LABEL.key}=${NAMESPACE_LABEL.value}`;
