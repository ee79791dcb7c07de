import type { KubernetesObject } from "../../kubernetes/objects.ts";

/** What the operator keeps of a node. */
export interface NodeFacts {
	readonly name: string;
	readonly architecture: string;
	readonly os: string;
	/** of its kubelet; undefined: it has a version of its own kind */
	readonly version: Version | undefined;
}

export interface Version {
	readonly major: number;
	readonly minor: number;
}

interface Node extends KubernetesObject {
	readonly status?: {
		readonly nodeInfo?: {
			readonly architecture?: string;
			readonly operatingSystem?: string;
			readonly kubeletVersion?: string;
		};
	};
}

export function nodeFacts({ metadata, status }: Node): NodeFacts {
	const { architecture = "", operatingSystem = "", kubeletVersion = "" } = status?.nodeInfo ?? {};
	const [, major, minor] = /^v?(\d+)\.(\d+)/.exec(kubeletVersion) ?? [];
	const version = minor === undefined ? undefined : { major: Number(major), minor: Number(minor) };
	return { name: metadata.name, architecture, os: operatingSystem, version };
}

/** @returns sorted, each once, of the nodes that could run a sidecar */
export function architecturesOf(nodes: readonly NodeFacts[]): string[] {
	const found = nodes.filter(({ os, architecture }) => os === "linux" && architecture !== "");
	return [...new Set(found.map(({ architecture }) => architecture))].sort();
}

/** An old kubelet under a new API server does not know native sidecars, and the other way round. */
export function lowestVersion(apiServer: Version, nodes: readonly NodeFacts[]): Version {
	const versions = nodes.filter(({ os }) => os === "linux").flatMap(({ version }) => version ?? []);
	return versions.reduce((lowest, version) => (isBelow(version, lowest) ? version : lowest), apiServer);
}

function isBelow(a: Version, b: Version): boolean {
	return a.major === b.major ? a.minor < b.minor : a.major < b.major;
}
