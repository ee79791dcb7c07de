import type { ResourceKind } from "./objects.ts";

/** The kinds of objects that Furnace deals with and that every cluster has. */
export const KINDS = {
	namespace: clusterWide("v1", "Namespace", "namespaces"),
	node: clusterWide("v1", "Node", "nodes"),
	pod: namespaced("v1", "Pod", "pods"),
	service: namespaced("v1", "Service", "services"),
	serviceAccount: namespaced("v1", "ServiceAccount", "serviceaccounts"),
	secret: namespaced("v1", "Secret", "secrets"),
	configMap: namespaced("v1", "ConfigMap", "configmaps"),
	persistentVolumeClaim: namespaced("v1", "PersistentVolumeClaim", "persistentvolumeclaims"),
	event: namespaced("v1", "Event", "events"),
	resourceQuota: namespaced("v1", "ResourceQuota", "resourcequotas"),
	limitRange: namespaced("v1", "LimitRange", "limitranges"),
	deployment: namespaced("apps/v1", "Deployment", "deployments"),
	replicaSet: namespaced("apps/v1", "ReplicaSet", "replicasets"),
	statefulSet: namespaced("apps/v1", "StatefulSet", "statefulsets"),
	daemonSet: namespaced("apps/v1", "DaemonSet", "daemonsets"),
	job: namespaced("batch/v1", "Job", "jobs"),
	lease: namespaced("coordination.k8s.io/v1", "Lease", "leases"),
	endpointSlice: namespaced("discovery.k8s.io/v1", "EndpointSlice", "endpointslices"),
	podDisruptionBudget: namespaced("policy/v1", "PodDisruptionBudget", "poddisruptionbudgets"),
	networkPolicy: namespaced("networking.k8s.io/v1", "NetworkPolicy", "networkpolicies"),
	role: namespaced("rbac.authorization.k8s.io/v1", "Role", "roles"),
	roleBinding: namespaced("rbac.authorization.k8s.io/v1", "RoleBinding", "rolebindings"),
	clusterRole: clusterWide("rbac.authorization.k8s.io/v1", "ClusterRole", "clusterroles"),
	clusterRoleBinding: clusterWide(
		"rbac.authorization.k8s.io/v1",
		"ClusterRoleBinding",
		"clusterrolebindings",
	),
	mutatingWebhookConfiguration: clusterWide(
		"admissionregistration.k8s.io/v1",
		"MutatingWebhookConfiguration",
		"mutatingwebhookconfigurations",
	),
	customResourceDefinition: clusterWide(
		"apiextensions.k8s.io/v1",
		"CustomResourceDefinition",
		"customresourcedefinitions",
	),
} as const satisfies Record<string, ResourceKind>;

function namespaced(apiVersion: string, kind: string, plural: string): ResourceKind {
	return { apiVersion, kind, plural, namespaced: true };
}

function clusterWide(apiVersion: string, kind: string, plural: string): ResourceKind {
	return { apiVersion, kind, plural, namespaced: false };
}
