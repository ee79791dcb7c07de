import { homedir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** Where the cluster's parts listen and what its networks are. The node's address stands on the loopback interface. */
export const ADDRESSES = {
	node: "10.244.0.1",
	pods: "10.244.1.0/24",
	services: "10.96.0.0/16",
	/** the Service `kubernetes`: the first address of `services` */
	apiService: "10.96.0.1",
	dnsService: "10.96.0.10",
} as const;

/** TCP ports that the cluster takes, by who listens there; all on loopback or the node's address. */
export const PORTS = {
	apiServer: 6443,
	etcd: 2379,
	etcdPeers: 2380,
	controllerManager: 10257,
	scheduler: 10259,
	kubelet: 10250,
	kubeletHealth: 10248,
	proxyMetrics: 10249,
	proxyHealth: 10256,
	dns: 53,
	dnsReady: 8181,
} as const;

export const NODE_NAME = "node-1";
export const CLUSTER_DOMAIN = "cluster.local";
/** Containers live in control groups below this one: that is how they are known to be ours. */
export const CGROUP = "furnace-test-cluster";

export interface ClusterConfig {
	/** Go modules of the cluster's programs, in this checkout */
	sources: string;
	/** what `build` makes, kept for the next time */
	cacheDir: string;
	/** everything that a running cluster writes; removed by `down` */
	stateDir: string;
	kubeconfig: string;
	/** of the ordinary user alice, who has no rights */
	aliceKubeconfig: string;
	containerdSocket: string;
	/** another cluster to use instead of this one */
	givenKubeconfig: string | undefined;
}

export function readConfig(env: NodeJS.ProcessEnv): ClusterConfig {
	// The XDG specification: a relative path is to be ignored.
	const xdg = env.XDG_CACHE_HOME?.startsWith("/") ? env.XDG_CACHE_HOME : undefined;
	const stateDir = "/var/lib/furnace-test-cluster";
	return {
		sources: fileURLToPath(new URL("programs", import.meta.url)),
		cacheDir: join(xdg ?? join(env.HOME || homedir(), ".cache"), "furnace/cluster"),
		stateDir,
		kubeconfig: join(stateDir, "admin.kubeconfig"),
		aliceKubeconfig: join(stateDir, "alice.kubeconfig"),
		containerdSocket: join(stateDir, "containerd.sock"),
		givenKubeconfig: env.FURNACE_TEST_KUBECONFIG || undefined,
	};
}
