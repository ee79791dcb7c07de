import type { ServerResponse } from "node:http";
import { setTimeout as wait } from "node:timers/promises";
import { INSTALLATION_KEY, type Installation } from "../contract/installation.ts";
import { AGENT_AUDIENCE, NAMESPACE_LABEL, OBJECTS, serverName } from "../contract/names.ts";
import { FakeApiServer, json, type Seen } from "../kubernetes/testing/fake-api-server.ts";
import { injectedPod } from "../server/cluster/testing/pods.ts";
import { makeLeaf, makeRoot, type Pair } from "../server/testing/certificates.ts";

/** Furnace's own namespace. */
export const FURNACE_NAMESPACE = "furnace";
/** About what a token review takes on an API server. */
const REVIEW_MS = 2;

/** One pod with an agent. */
export interface AgentPod {
	readonly name: string;
	readonly namespace: string;
	readonly uid: string;
	/** what its agent proves itself with; as long as a real one, and signed by nobody */
	readonly token: string;
}

/**
 * What servers need of a Kubernetes: an installation, certificates, labelled namespaces with limits, pods with agents.
 * Only the API server is a stand-in; it believes every token.
 */
export interface StandInCluster {
	readonly kubeconfig: string;
	/** PEM: the root of the servers' certificate */
	readonly ca: string;
	/** the servers' certificate */
	readonly leaf: Pair;
	readonly pods: readonly AgentPod[];
	/** so far */
	tokenReviews(): number;
	close(): Promise<void>;
}

export async function startStandInCluster(options: { pods: number }): Promise<StandInCluster> {
	const api = await new FakeApiServer().start();
	const root = await makeRoot();
	const leaf = await makeLeaf(root, [serverName(FURNACE_NAMESPACE), "localhost"]);
	const pods = Array.from({ length: options.pods }, (_, index) => agentPod(index));
	fill(api, { ca: root.cert, leaf, pods });
	let tokenReviews = 0;
	api.intercept = async (seen, response) => {
		// kept for assertions, which a benchmark has none of
		api.seen.length = 0;
		endInTime(seen, response);
		if (!seen.path.endsWith("/tokenreviews")) return undefined;
		tokenReviews++;
		await wait(REVIEW_MS);
		json(response, 201, review(seen.body));
		return "answered";
	};
	const { kubeconfig } = api;
	return {
		kubeconfig,
		ca: root.cert,
		leaf,
		pods,
		tokenReviews: () => tokenReviews,
		close: () => api.close(),
	};
}

/** An API server ends a watch after the time that was asked for. */
function endInTime({ query }: Seen, response: ServerResponse): void {
	if (!query.has("watch")) return;
	const timer = setTimeout(() => response.end(), Number(query.get("timeoutSeconds")) * 1000);
	response.once("close", () => clearTimeout(timer));
}

function agentPod(index: number): AgentPod {
	const name = `web-${index}`;
	const namespace = `team-${index % 100}`;
	const uid = `00000000-0000-4000-8000-${String(index).padStart(12, "0")}`;
	return { name, namespace, uid, token: tokenOf({ name, namespace, uid }) };
}

function tokenOf({ name, namespace, uid }: Omit<AgentPod, "token">): string {
	const now = Math.floor(Date.now() / 1000);
	const claims = {
		aud: [AGENT_AUDIENCE],
		exp: now + 3607,
		iat: now,
		iss: "https://kubernetes.default.svc.cluster.local",
		jti: "0a1b2c3d-4e5f-4071-8293-a4b5c6d7e8f9",
		"kubernetes.io": {
			namespace,
			node: { name: "node-1", uid: "0f1e2d3c-4b5a-4978-8869-5a4b3c2d1e0f" },
			pod: { name, uid },
			serviceaccount: { name: "default", uid: "1f2e3d4c-5b6a-4798-8a9b-acbdcedfe0f1" },
		},
		nbf: now,
		sub: `system:serviceaccount:${namespace}:default`,
	};
	const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
	return `${part({ alg: "RS256", kid: "k".repeat(43) })}.${part(claims)}.${"s".repeat(342)}`;
}

function review(asked: unknown): object {
	const { token, audiences } = (asked as { spec: { token: string; audiences: string[] } }).spec;
	const claims = JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString("utf8"));
	const { pod } = claims["kubernetes.io"];
	const extra = {
		"authentication.kubernetes.io/pod-name": [pod.name],
		"authentication.kubernetes.io/pod-uid": [pod.uid],
	};
	const user = { username: claims.sub, groups: ["system:serviceaccounts", "system:authenticated"], extra };
	return { kind: "TokenReview", status: { authenticated: true, audiences, user } };
}

function fill(
	api: FakeApiServer,
	{ ca, leaf, pods }: { ca: string; leaf: Pair; pods: readonly AgentPod[] },
): void {
	const ours = `/api/v1/namespaces/${FURNACE_NAMESPACE}`;
	api.put(`${ours}/configmaps`, {
		metadata: { name: OBJECTS.installation, namespace: FURNACE_NAMESPACE },
		data: { [INSTALLATION_KEY]: JSON.stringify(installation(ca)) },
	});
	const base64 = (text: string) => Buffer.from(text).toString("base64");
	api.put(`${ours}/secrets`, {
		metadata: { name: OBJECTS.serverTls, namespace: FURNACE_NAMESPACE },
		data: { "tls.crt": base64(leaf.cert), "tls.key": base64(leaf.key), "ca.crt": base64(ca) },
	});
	for (const name of new Set(["shop", ...pods.map(({ namespace }) => namespace)])) putNamespace(api, name);
	for (const { name, namespace, uid } of pods) {
		api.put("/api/v1/pods", injectedPod({ name, namespace, uid }, ca) as never);
	}
}

/** One that restricts its pods as many do: every rule has something to look at. */
function putNamespace(api: FakeApiServer, name: string): void {
	const labels = {
		[NAMESPACE_LABEL.key]: NAMESPACE_LABEL.value,
		"pod-security.kubernetes.io/enforce": "privileged",
	};
	api.put("/api/v1/namespaces", { metadata: { name, labels } });
	api.put("/api/v1/resourcequotas", {
		metadata: { name: `${name}-quota`, namespace: name },
		spec: { hard: { pods: "500", "requests.cpu": "100", "limits.memory": "500Gi" } },
		status: { used: { pods: "20", "requests.cpu": "4", "limits.memory": "16Gi" } },
	});
	api.put("/api/v1/limitranges", {
		metadata: { name: `${name}-limits`, namespace: name },
		spec: { limits: [{ type: "Container", max: { cpu: "8", memory: "16Gi" }, min: { cpu: "5m" } }] },
	});
}

function installation(ca: string): Installation {
	return {
		image: "localhost/furnace-sidecar:dev",
		imageProven: true,
		version: "0.0.0-bench",
		privilege: "privileged",
		ca,
		serverUrl: `https://${serverName(FURNACE_NAMESPACE)}:8080`,
		maxDurationSeconds: 3600,
		namespace: FURNACE_NAMESPACE,
		kubernetes: { major: 1, minor: 34 },
	};
}
