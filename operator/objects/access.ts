import { OBJECTS } from "../../contract/names.ts";
import { KINDS } from "../../kubernetes/kinds.ts";
import { clusterObject, type Desired, type Installed, namespacedObject } from "./desired.ts";

const RBAC_GROUP = "rbac.authorization.k8s.io";
const WATCH = ["get", "list", "watch"];

/** What servers may do everywhere. The operator may grant only what it holds itself: see deploy/operator. */
export const SERVER_CLUSTER_RULES = [
	{ apiGroups: ["authentication.k8s.io"], resources: ["tokenreviews"], verbs: ["create"] },
	{ apiGroups: ["authorization.k8s.io"], resources: ["subjectaccessreviews"], verbs: ["create"] },
	{ apiGroups: [""], resources: ["pods", "namespaces", "resourcequotas", "limitranges"], verbs: WATCH },
	{ apiGroups: [""], resources: ["events"], verbs: ["create", "list", "watch"] },
];

/** What servers may read in the Furnace's namespace. */
export const SERVER_RULES = [
	{ apiGroups: [""], resources: ["configmaps"], resourceNames: [OBJECTS.installation], verbs: WATCH },
	{ apiGroups: [""], resources: ["secrets"], resourceNames: [OBJECTS.serverTls], verbs: WATCH },
];

export function serviceAccounts(installed: Installed): Desired[] {
	// others add to ServiceAccounts: pull secrets by people, token Secrets by OpenShift
	const options = { othersMayAdd: "anything" as const };
	return [
		namespacedObject(installed, KINDS.serviceAccount, OBJECTS.server, {}, options),
		namespacedObject(
			installed,
			KINDS.serviceAccount,
			OBJECTS.agent,
			{ automountServiceAccountToken: false },
			options,
		),
	];
}

export function rolesAndBindings(installed: Installed): Desired[] {
	const { namespace } = installed.furnace.metadata;
	const name = OBJECTS.server;
	const subjects = [{ kind: "ServiceAccount", name, namespace }];
	return [
		clusterObject(installed, KINDS.clusterRole, name, { rules: SERVER_CLUSTER_RULES }),
		clusterObject(installed, KINDS.clusterRoleBinding, name, {
			roleRef: { apiGroup: RBAC_GROUP, kind: "ClusterRole", name },
			subjects,
		}),
		namespacedObject(installed, KINDS.role, name, { rules: SERVER_RULES }),
		namespacedObject(installed, KINDS.roleBinding, name, {
			roleRef: { apiGroup: RBAC_GROUP, kind: "Role", name },
			subjects,
		}),
	];
}
