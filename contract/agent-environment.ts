/** What an injected agent is told and finds in its container: the webhook writes it, the agent's config reads it. */
export const AGENT_ENVIRONMENT = {
	/** origin of the servers; the name resolves to every replica */
	serverUrl: "FURNACE_SERVER_URL",
	/** PEM: the roots it trusts until a registration's answer brings newer ones */
	ca: "FURNACE_CA",
	privilege: "FURNACE_PRIVILEGE",
	maxDurationSeconds: "FURNACE_MAX_DURATION_SECONDS",
	podName: "FURNACE_POD_NAME",
	podNamespace: "FURNACE_POD_NAMESPACE",
	podUid: "FURNACE_POD_UID",
} as const;

export const AGENT_PATHS = {
	/** recordings in progress, spooled data; the agent's own quota bounds it */
	work: "/out",
	/** projected token by which it registers, rotated by the kubelet */
	token: "/var/run/secrets/furnace/token",
	/** `N.json` (.dockerconfigjson) or `N.legacy.json` (.dockercfg) for the pod's Nth pull secret; privileged mode */
	pullSecrets: "/var/run/secrets/furnace-pull",
	/** podman's images; privileged mode */
	containerStorage: "/var/lib/containers",
	/** the node's /usr, read-only: lib/modules and src for BCC; privileged mode */
	hostUsr: "/host/usr",
} as const;

/** A recording ends here at the latest unless configured otherwise, in seconds. */
export const DEFAULT_MAX_DURATION = 3600;

/**
 * The sidecar's ephemeral-storage limit in pods that limit it: there the kubelet counts the sidecar's volumes as well
 * and evicts the whole pod beyond the sum. The agent's own quota must stay below.
 */
export const AGENT_STORAGE_LIMIT = "16Gi";

export const PRIVILEGE_MODES = ["privileged", "capabilities"] as const;
export type PrivilegeMode = (typeof PRIVILEGE_MODES)[number];
