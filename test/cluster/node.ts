import { join } from "node:path";
import { ADDRESSES, CGROUP, CLUSTER_DOMAIN, type ClusterConfig, NODE_NAME, PORTS } from "./config.ts";

export const PAUSE_IMAGE = "localhost/furnace-pause:1";

/**
 * Folders in which containerd and the kubelet leave things behind whatever they are told.
 * In the node's own mount namespace empty file systems cover them, which go when the node goes.
 */
export const COVERED_FOLDERS = [
	"/run/containerd",
	"/run/netns",
	"/var/lib/cni",
	"/var/lib/kubelet",
	"/var/log/containers",
];

/**
 * With this much memory images are kept there: half a gigabyte in thousands of files is quicker to load, and where the disk
 * discards what is deleted, removing it took up to 20 s of `down`.
 */
const MEMORY_FOR_IMAGES = 8 * 2 ** 30;

/**
 * Starts a program in a new mount namespace whose mounts never reach the machine's: what containers and volumes mount is
 * gone with the last process of the node, however that ended. Arguments: the folders to cover, `--`, the command.
 */
const NODE_SCRIPT = `
while [ "$1" != -- ]; do mkdir -p "$1"; mount -t tmpfs furnace-test-cluster "$1"; shift; done
shift
mount --make-rshared /
exec "$@"`;

/** @param memory of this machine, in bytes */
export function containerdCommand({ stateDir }: ClusterConfig, memory: number): string[] {
	const inNamespace = ["unshare", "--mount", "--propagation", "private", "sh", "-ec", NODE_SCRIPT, "node"];
	const images = memory < MEMORY_FOR_IMAGES ? [] : [join(stateDir, "containerd/root")];
	const command = ["containerd", "--config", join(stateDir, "containerd.toml")];
	return [...inNamespace, ...COVERED_FOLDERS, ...images, "--", ...command];
}

/** @param containerdPid process whose mount namespace is the node's */
export function kubeletCommand(
	{ stateDir }: ClusterConfig,
	programs: string,
	containerdPid: number,
): string[] {
	return [
		"nsenter",
		`--mount=/proc/${containerdPid}/ns/mnt`,
		join(programs, "kubelet"),
		`--config=${join(stateDir, "kubelet.json")}`,
		`--kubeconfig=${join(stateDir, "kubelet.kubeconfig")}`,
		`--root-dir=${join(stateDir, "kubelet")}`,
		`--cert-dir=${join(stateDir, "kubelet/pki")}`,
		`--hostname-override=${NODE_NAME}`,
		`--node-ip=${ADDRESSES.node}`,
	];
}

export function containerdConfig(
	{ stateDir, containerdSocket }: ClusterConfig,
	pluginFolder: string,
): string {
	return `version = 2
root = "${stateDir}/containerd/root"
state = "${stateDir}/containerd/state"

[grpc]
  address = "${containerdSocket}"

[plugins."io.containerd.internal.v1.opt"]
  path = "${stateDir}/containerd/opt"

[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "${PAUSE_IMAGE}"
  # A machine that lacks CAP_SYS_RESOURCE may not lower a score, only raise it.
  restrict_oom_score_adj = true

  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "${pluginFolder}"
    conf_dir = "${stateDir}/cni"
`;
}

/** @param caFile who signs the certificates of the kubelet's callers */
export function kubeletConfig({ stateDir, containerdSocket }: ClusterConfig, caFile: string): object {
	return {
		apiVersion: "kubelet.config.k8s.io/v1beta1",
		kind: "KubeletConfiguration",
		address: ADDRESSES.node,
		port: PORTS.kubelet,
		authentication: {
			anonymous: { enabled: false },
			webhook: { enabled: true },
			x509: { clientCAFile: caFile },
		},
		authorization: { mode: "Webhook" },
		cgroupDriver: "cgroupfs",
		cgroupRoot: `/${CGROUP}`,
		enforceNodeAllocatable: [],
		failCgroupV1: false,
		failSwapOn: false,
		// Bears with system settings and scores that this machine does not let it set.
		featureGates: { KubeletInUserNamespace: true },
		clusterDNS: [ADDRESSES.dnsService],
		clusterDomain: CLUSTER_DOMAIN,
		resolvConf: join(stateDir, "resolv.conf"),
		containerRuntimeEndpoint: `unix://${containerdSocket}`,
		staticPodPath: join(stateDir, "static-pods"),
		podLogsDir: join(stateDir, "pod-logs"),
		volumePluginDir: join(stateDir, "volume-plugins"),
		maxPods: 200,
		// How full volumes are: tests that wait for an eviction wait for this.
		volumeStatsAggPeriod: "10s",
		// No registry is in reach: an image that was collected could not be pulled again.
		imageGCHighThresholdPercent: 100,
		evictionHard: { "memory.available": "50Mi", "nodefs.available": "1%", "imagefs.available": "1%" },
	};
}
