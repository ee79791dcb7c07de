import {
	ANNOTATION_INJECT,
	ANNOTATION_SERVICE_ACCOUNTS,
	NAMESPACE_LABEL,
	POD_LABEL,
} from "../../contract/names.ts";
import type { MissingRight } from "../../contract/problem.ts";
import { commandLine } from "./shell.ts";
import { referenceTo, type Workload } from "./workload.ts";

/** Command lines to be copied. Words in capitals are to be replaced by whoever runs them. */

export const CREATE_TOKEN = "kubectl create token NAME -n NAMESPACE --duration 8h";
export const OPENSHIFT_TOKEN = "oc whoami -t";

export function labelNamespace(namespace = "NAMESPACE"): string {
	return commandLine(
		"kubectl",
		"label",
		"namespace",
		namespace,
		`${NAMESPACE_LABEL.key}=${NAMESPACE_LABEL.value}`,
	);
}

/** Labels the pods that it makes from now on, which replaces those it has. */
export function labelWorkload(namespace = "NAMESPACE", workload: Workload | null = null): string {
	return patchTemplate(namespace, workload, { metadata: { labels: { [POD_LABEL.key]: POD_LABEL.value } } });
}

export function allowInjection(namespace: string, workload: Workload | null): string {
	return patchTemplate(namespace, workload, { metadata: { annotations: { [ANNOTATION_INJECT]: null } } });
}

/** @param change of the pod template, as a JSON merge patch: null takes something out */
export function patchTemplate(namespace: string, workload: Workload | null, change: object): string {
	const template = { spec: { template: change } };
	const body = workload?.kind === "cronjob" ? { spec: { jobTemplate: template } } : template;
	const target = referenceTo(workload);
	return commandLine(
		"kubectl",
		"patch",
		target,
		"-n",
		namespace,
		"--type",
		"merge",
		"-p",
		JSON.stringify(body),
	);
}

export function listServiceAccount(namespace: string): string {
	const list = `${ANNOTATION_SERVICE_ACCOUNTS}=ACCOUNT,ACCOUNT`;
	return commandLine("kubectl", "annotate", "namespace", namespace, "--overwrite", list);
}

/** Makes the pods anew: a sidecar comes in only when a pod is created. */
export function restart(namespace: string, workload: Workload | null): string {
	return commandLine("kubectl", "rollout", "restart", referenceTo(workload), "-n", namespace);
}

export function agentLog(namespace: string, pod: string, container: string): string {
	return commandLine("kubectl", "logs", pod, "-n", namespace, "-c", container, "--tail", "50");
}

/** What an administrator runs, so that somebody gets a right in a namespace. */
export function grant({ user, verb, namespace }: MissingRight): string {
	const role = verb === "get" || verb === "list" ? "view" : "edit";
	const name = `furnace-${role}-${user
		.replace(/[^a-z0-9]+/gi, "-")
		.replace(/^-|-$/g, "")
		.toLowerCase()}`;
	const account = serviceAccount(user);
	const subject = account ? `--serviceaccount=${account.join(":")}` : `--user=${user}`;
	return commandLine(
		"kubectl",
		"create",
		"rolebinding",
		name.slice(0, 63),
		`--clusterrole=${role}`,
		subject,
		"-n",
		namespace,
	);
}

/**
 * Lists what somebody may do with recordings. `kubectl auth can-i VERB` answers "no" to everybody about resources that
 * Kubernetes does not serve itself, as these.
 */
export function rightsOf({ user, resource, namespace }: MissingRight): string {
	// people ask for themselves: few may speak for others
	const self = serviceAccount(user) ? [`--as=${user}`] : [];
	const list = commandLine("kubectl", "auth", "can-i", "--list", "-n", namespace, ...self);
	return `${list} | ${commandLine("grep", resource)}`;
}

/** Namespace and name of the account that a user is, if it is one. */
function serviceAccount(user: string): [string, string] | null {
	const [, home, account] = /^system:serviceaccount:([^:]+):([^:]+)$/.exec(user) ?? [];
	return home && account ? [home, account] : null;
}
