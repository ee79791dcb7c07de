import { randomBytes } from "node:crypto";
import { ADDRESSES, NODE_NAME, PORTS } from "./config.ts";

export interface Identity {
	/** name of its kubeconfig: `NAME.kubeconfig` */
	name: string;
	user: string;
	groups: string[];
	token: string;
}

/** Who calls the API server: its parts, each with the rights that Kubernetes gives it, an administrator, and somebody with none. */
const CALLERS: Omit<Identity, "token">[] = [
	{ name: "admin", user: "admin", groups: ["system:masters"] },
	{ name: "controller-manager", user: "system:kube-controller-manager", groups: [] },
	{ name: "scheduler", user: "system:kube-scheduler", groups: [] },
	{ name: "kubelet", user: `system:node:${NODE_NAME}`, groups: ["system:nodes"] },
	{ name: "proxy", user: "system:kube-proxy", groups: [] },
	{ name: "dns", user: "system:dns", groups: [] },
	{ name: "alice", user: "alice", groups: ["developers"] },
];

/** @returns the callers with new tokens: nobody who reads this file can guess one */
export function makeIdentities(): Identity[] {
	return CALLERS.map((caller) => ({ ...caller, token: randomBytes(24).toString("hex") }));
}

/** @returns the API server's static token file: token, user, uid, groups */
export function tokenFile(identities: Identity[]): string {
	return identities
		.map(({ name, user, groups, token }) => `${token},${user},${name},"${groups.join(",")}"\n`)
		.join("");
}

/** @returns a kubeconfig; JSON is YAML */
export function kubeconfig({ name, token }: Identity, caPem: string): string {
	const cluster = {
		server: `https://${ADDRESSES.node}:${PORTS.apiServer}`,
		"certificate-authority-data": Buffer.from(caPem).toString("base64"),
	};
	const config = {
		apiVersion: "v1",
		kind: "Config",
		clusters: [{ name: "furnace-test", cluster }],
		users: [{ name, user: { token } }],
		contexts: [{ name: `${name}@furnace-test`, context: { cluster: "furnace-test", user: name } }],
		"current-context": `${name}@furnace-test`,
	};
	return `${JSON.stringify(config, null, "\t")}\n`;
}
