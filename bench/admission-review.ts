import { reviewOf } from "../server/admission/testing/review.ts";

const owner = { apiVersion: "apps/v1", kind: "ReplicaSet", name: "checkout-7d9c5b6f4", controller: true };
const token = { expirationSeconds: 3607, path: "token" };
const root = { name: "kube-root-ca.crt", items: [{ key: "ca.crt", path: "ca.crt" }] };
const probe = {
	httpGet: { path: "/healthz", port: 8080, scheme: "HTTP" },
	timeoutSeconds: 1,
	periodSeconds: 10,
};

const pod = {
	apiVersion: "v1",
	kind: "Pod",
	metadata: {
		generateName: "checkout-7d9c5b6f4-",
		labels: { app: "checkout", "pod-template-hash": "7d9c5b6f4", furnace: "enabled" },
		annotations: { "prometheus.io/scrape": "true", "prometheus.io/port": "8080" },
		ownerReferences: [{ ...owner, uid: "6c1c0a2e-8f1b-4c7e-9d55-0f6f3f1a2b3c", blockOwnerDeletion: true }],
	},
	spec: {
		volumes: [
			{
				name: "kube-api-access-x7k2p",
				projected: {
					defaultMode: 420,
					sources: [
						{ serviceAccountToken: token },
						{ configMap: root },
						{
							downwardAPI: {
								items: [
									{ path: "namespace", fieldRef: { apiVersion: "v1", fieldPath: "metadata.namespace" } },
								],
							},
						},
					],
				},
			},
		],
		containers: [
			{
				name: "app",
				image: "registry.example/shop/checkout:4.17.2",
				ports: [{ name: "http", containerPort: 8080, protocol: "TCP" }],
				env: [{ name: "LOG_LEVEL", value: "info" }],
				resources: { requests: { cpu: "100m", memory: "128Mi" }, limits: { memory: "256Mi" } },
				volumeMounts: [
					{
						name: "kube-api-access-x7k2p",
						readOnly: true,
						mountPath: "/var/run/secrets/kubernetes.io/serviceaccount",
					},
				],
				livenessProbe: probe,
				readinessProbe: probe,
				terminationMessagePath: "/dev/termination-log",
				terminationMessagePolicy: "File",
				imagePullPolicy: "IfNotPresent",
			},
		],
		restartPolicy: "Always",
		terminationGracePeriodSeconds: 30,
		dnsPolicy: "ClusterFirst",
		serviceAccountName: "checkout",
		serviceAccount: "checkout",
		securityContext: {},
		schedulerName: "default-scheduler",
		tolerations: [
			{
				key: "node.kubernetes.io/not-ready",
				operator: "Exists",
				effect: "NoExecute",
				tolerationSeconds: 300,
			},
		],
		priority: 0,
		enableServiceLinks: true,
		preemptionPolicy: "PreemptLowerPriority",
	},
	status: {},
};

/** About 2.5 KB, as an API server sends it for the pod of a Deployment. */
export const review = reviewOf(pod, {
	requestKind: { group: "", version: "v1", kind: "Pod" },
	requestResource: { group: "", version: "v1", resource: "pods" },
	userInfo: {
		username: "system:serviceaccount:kube-system:replicaset-controller",
		uid: "0b9c2d3e-5f60-4718-a29b-3c4d5e6f7081",
		groups: ["system:serviceaccounts", "system:serviceaccounts:kube-system", "system:authenticated"],
	},
});
