import { request } from "node:https";
import { ADDRESSES, PORTS } from "./config.ts";
import type { KubernetesObject } from "./network.ts";
import { ClusterError } from "./outcomes.ts";

const TIMEOUT_MS = 5000;
const PLURALS: Record<string, string> = {
	Service: "services",
	EndpointSlice: "endpointslices",
	ClusterRole: "clusterroles",
	ClusterRoleBinding: "clusterrolebindings",
};

/** The little that bringing up a cluster asks of its API server. */
export interface Api {
	/** @throws Error when there is no answer, or one that is no success */
	get(path: string): Promise<string>;
	/** Makes an object, or makes it what it should be (server-side apply). @throws ClusterError when refused */
	apply(object: KubernetesObject): Promise<void>;
}

export function createApi(token: string, ca: string): Api {
	const send = (method: string, path: string, body?: string) => ask({ method, path, body, token, ca });
	return {
		async get(path) {
			const { status, text } = await send("GET", path);
			if (status !== 200) throw new Error(`GET ${path}: ${status} ${text.slice(0, 300)}`);
			return text;
		},
		async apply(object) {
			const path = `${pathOf(object)}?fieldManager=furnace-test-cluster&force=true`;
			const { status, text } = await send("PATCH", path, JSON.stringify(object));
			if (status >= 300) throw new ClusterError(`${object.kind} ${object.metadata.name}: ${status} ${text}`);
		},
	};
}

/** @returns the path of an object at the API server */
export function pathOf({ apiVersion, kind, metadata }: KubernetesObject): string {
	const plural = PLURALS[kind];
	if (plural === undefined) throw new ClusterError(`no plural is known for ${kind}`);
	const group = apiVersion.includes("/") ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
	const namespace = metadata.namespace === undefined ? "" : `/namespaces/${metadata.namespace}`;
	return `${group}${namespace}/${plural}/${metadata.name}`;
}

interface Question {
	method: string;
	path: string;
	body: string | undefined;
	token: string;
	ca: string;
}

function ask({ method, path, body, token, ca }: Question): Promise<{ status: number; text: string }> {
	return new Promise((resolve, reject) => {
		const headers = { authorization: `Bearer ${token}`, "content-type": "application/apply-patch+yaml" };
		const options = {
			method,
			path,
			headers,
			ca,
			host: ADDRESSES.node,
			port: PORTS.apiServer,
			agent: false as const,
		};
		const asked = request({ ...options, timeout: TIMEOUT_MS }, (response) => {
			let text = "";
			response.setEncoding("utf8");
			response.on("data", (chunk) => {
				text += chunk;
			});
			response.on("end", () => resolve({ status: response.statusCode ?? 0, text }));
			response.on("error", reject);
		});
		asked.on("timeout", () => asked.destroy(new Error(`no answer in ${TIMEOUT_MS} ms`)));
		asked.on("error", reject);
		asked.end(body);
	});
}
