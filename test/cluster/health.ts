import { readFileSync, readlinkSync } from "node:fs";
import { type Api, createApi } from "./api.ts";
import { type ClusterConfig, NODE_NAME } from "./config.ts";
import { ownProcesses } from "./ownership.ts";

/** The programs that make up a running cluster. */
const PARTS = [
	"containerd",
	"etcd",
	"kube-apiserver",
	"kube-controller-manager",
	"kube-scheduler",
	"kubelet",
	"kube-proxy",
	"coredns",
];

/** The part of a Node that tells whether pods can run on it. */
interface NodeObject {
	spec: { taints?: unknown[] };
	status: { conditions?: { type: string; status: string }[] };
}

/** @returns what keeps the cluster from being of use; empty: it is up, with these very programs */
export async function findFaults(config: ClusterConfig, programs: string): Promise<string[]> {
	const running = ownProcesses();
	const missing = PARTS.filter((part) => !running.some(({ name }) => name === part));
	if (missing.length > 0) return [`not running: ${missing.join(", ")}`];
	const etcd = running.find(({ name }) => name === "etcd");
	if (etcd !== undefined && !readlinkSync(`/proc/${etcd.pid}/exe`).startsWith(`${programs}/`)) {
		return ["it runs programs of other sources"];
	}
	try {
		const api = adminApi(config);
		await api.get("/readyz");
		return (await isNodeReady(api)) ? [] : ["its node is not ready"];
	} catch (error) {
		return [`its API server does not answer: ${(error as Error).message}`];
	}
}

/** @returns whether pods can be scheduled and started: also the ServiceAccount that every pod is given */
export async function isNodeReady(api: Api): Promise<boolean> {
	const node: NodeObject = JSON.parse(await api.get(`/api/v1/nodes/${NODE_NAME}`));
	const ready = node.status.conditions?.some(({ type, status }) => type === "Ready" && status === "True");
	if (!ready || (node.spec.taints ?? []).length > 0) return false;
	return (await api.get("/api/v1/namespaces/default/serviceaccounts/default")) !== "";
}

/** @throws Error when there is no such cluster */
function adminApi(config: ClusterConfig): Api {
	const { clusters, users } = JSON.parse(readFileSync(config.kubeconfig, "utf8"));
	const ca = Buffer.from(clusters[0].cluster["certificate-authority-data"], "base64").toString();
	return createApi(users[0].user.token, ca);
}
