import { join } from "node:path";
import { ADDRESSES, CLUSTER_DOMAIN, type ClusterConfig, NODE_NAME, PORTS } from "./config.ts";

/**
 * Pods' network: a cable from each pod to the node and no bridge, so that all traffic passes the node's routing and with it
 * kube-proxy's rules, and nothing is left when the pods are gone.
 */
export function cniConfig({ stateDir }: ClusterConfig): object {
	return {
		cniVersion: "1.0.0",
		name: "furnace-test",
		plugins: [
			{
				type: "ptp",
				ipam: {
					type: "host-local",
					dataDir: join(stateDir, "addresses"),
					ranges: [[{ subnet: ADDRESSES.pods }]],
					routes: [{ dst: "0.0.0.0/0" }],
				},
			},
			{ type: "portmap", capabilities: { portMappings: true } },
		],
	};
}

export function proxyCommand({ stateDir }: ClusterConfig, programs: string): string[] {
	return [join(programs, "kube-proxy"), `--config=${join(stateDir, "proxy.json")}`];
}

export function proxyConfig({ stateDir }: ClusterConfig): object {
	return {
		apiVersion: "kubeproxy.config.k8s.io/v1alpha1",
		kind: "KubeProxyConfiguration",
		mode: "iptables",
		hostnameOverride: NODE_NAME,
		clientConnection: { kubeconfig: join(stateDir, "proxy.kubeconfig") },
		healthzBindAddress: `127.0.0.1:${PORTS.proxyHealth}`,
		metricsBindAddress: `127.0.0.1:${PORTS.proxyMetrics}`,
		// Zeroes: the machine's connection tracking stays as it is.
		conntrack: { maxPerCore: 0, min: 0, tcpEstablishedTimeout: "0s", tcpCloseWaitTimeout: "0s" },
	};
}

export function dnsCommand({ stateDir }: ClusterConfig, programs: string): string[] {
	return [join(programs, "coredns"), "-conf", join(stateDir, "Corefile")];
}

/** Answers for the cluster's names only: pods reach no resolver outside. */
export function corefile({ stateDir }: ClusterConfig): string {
	return `.:${PORTS.dns} {
	bind ${ADDRESSES.node}
	errors
	ready 127.0.0.1:${PORTS.dnsReady}
	kubernetes ${CLUSTER_DOMAIN} in-addr.arpa {
		kubeconfig ${join(stateDir, "dns.kubeconfig")}
	}
	cache 5
}
`;
}

/** What a cluster's installer adds to a bare API server: rights of kube-proxy and CoreDNS, and the Service of the latter. */
export function networkObjects(): KubernetesObject[] {
	const dns = { namespace: "kube-system", name: "kube-dns" };
	const ports = [
		{ name: "dns", port: PORTS.dns, protocol: "UDP" },
		{ name: "dns-tcp", port: PORTS.dns, protocol: "TCP" },
	];
	return [
		binding("furnace-test-proxy", "system:node-proxier", "system:kube-proxy"),
		dnsRole(),
		binding("furnace-test-dns", "furnace-test-dns", "system:dns"),
		{
			apiVersion: "v1",
			kind: "Service",
			metadata: { ...dns, labels: { "k8s-app": "kube-dns" } },
			spec: { clusterIP: ADDRESSES.dnsService, ports },
		},
		{
			apiVersion: "discovery.k8s.io/v1",
			kind: "EndpointSlice",
			metadata: { ...dns, labels: { "kubernetes.io/service-name": dns.name } },
			addressType: "IPv4",
			ports,
			endpoints: [{ addresses: [ADDRESSES.node] }],
		},
	];
}

export interface KubernetesObject {
	apiVersion: string;
	kind: string;
	metadata: { name: string; namespace?: string; labels?: Record<string, string> };
	[field: string]: unknown;
}

function dnsRole(): KubernetesObject {
	const verbs = ["list", "watch"];
	return {
		apiVersion: "rbac.authorization.k8s.io/v1",
		kind: "ClusterRole",
		metadata: { name: "furnace-test-dns" },
		rules: [
			{ apiGroups: [""], resources: ["services", "pods", "namespaces"], verbs },
			{ apiGroups: ["discovery.k8s.io"], resources: ["endpointslices"], verbs },
		],
	};
}

function binding(name: string, role: string, user: string): KubernetesObject {
	const apiGroup = "rbac.authorization.k8s.io";
	return {
		apiVersion: `${apiGroup}/v1`,
		kind: "ClusterRoleBinding",
		metadata: { name },
		roleRef: { apiGroup, kind: "ClusterRole", name: role },
		subjects: [{ apiGroup, kind: "User", name: user }],
	};
}
