import type { Connection } from "../../kubernetes/connect.ts";
import type { KubernetesObject } from "../../kubernetes/objects.ts";

const SELF_REVIEW = {
	apiVersion: "authorization.k8s.io/v1",
	kind: "SelfSubjectAccessReview",
	plural: "selfsubjectaccessreviews",
	namespaced: false,
} as const;

/** One stands for all: they come with one RoleBinding, and this is the one that nothing else brings. */
const REPRESENTATIVE = { verb: "create", resource: "secrets" };

/** Whether an administrator has let the operator manage this namespace. */
export async function mayManage(connection: Pick<Connection, "create">, namespace: string): Promise<boolean> {
	const answer = await connection.create<KubernetesObject & { status?: { allowed?: boolean } }>(SELF_REVIEW, {
		spec: { resourceAttributes: { namespace, ...REPRESENTATIVE } },
	});
	return answer.status?.allowed === true;
}

/** @param operatorNamespace where the operator's ServiceAccount is */
export function commandToAllow(namespace: string, operatorNamespace: string): string {
	return `kubectl create rolebinding furnace-operator -n ${namespace} --clusterrole=furnace-operator-installation --serviceaccount=${operatorNamespace}:furnace-operator`;
}
