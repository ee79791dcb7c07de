import { SERVER_CLUSTER_RULES, SERVER_RULES } from "../../../operator/objects/access.ts";
import type { Shell } from "../../cluster/shell.ts";
import { makePerson } from "../people.ts";
import { apply } from "../workloads.ts";
import { kubeconfigWith } from "./cut-line.ts";

/** A ServiceAccount with the operator's very rules. @returns the path of a kubeconfig of it */
export async function limitedRights(shell: Shell, namespace: string) {
	const { name, token } = await makePerson(shell, namespace, "server");
	const apiVersion = "rbac.authorization.k8s.io/v1";
	const apiGroup = "rbac.authorization.k8s.io";
	const everywhere = `${namespace}-server`;
	const subjects = [{ kind: "ServiceAccount", name, namespace }];
	await apply(
		shell,
		{ apiVersion, kind: "ClusterRole", metadata: { name: everywhere }, rules: SERVER_CLUSTER_RULES },
		{
			apiVersion,
			kind: "ClusterRoleBinding",
			metadata: { name: everywhere },
			roleRef: { apiGroup, kind: "ClusterRole", name: everywhere },
			subjects,
		},
		{ apiVersion, kind: "Role", metadata: { name, namespace }, rules: SERVER_RULES },
		{
			apiVersion,
			kind: "RoleBinding",
			metadata: { name, namespace },
			roleRef: { apiGroup, kind: "Role", name },
			subjects,
		},
	);
	const { kubeconfig, remove } = await kubeconfigWith(shell, token);
	return {
		kubeconfig,
		async remove() {
			remove();
			await shell.kubectl(["delete", "clusterrole,clusterrolebinding", everywhere]);
		},
	};
}
