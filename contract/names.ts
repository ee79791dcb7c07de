/** Names that manifests, clients and other programs rely on. */

export const API_GROUP = "furnace.hyperfoil.io";

/** A namespace takes part when it has this label ... */
export const NAMESPACE_LABEL = { key: "furnace", value: "enabled" } as const;
/** ... and one of its pods when it has this label or annotation. */
export const POD_LABEL = { key: "furnace", value: "enabled" } as const;

export const ANNOTATION_INJECT = `${API_GROUP}/inject`;
export const ANNOTATION_INJECTED = `${API_GROUP}/injected`;
/** On a namespace: only pods of these service accounts (comma-separated) are injected; absent: all. */
export const ANNOTATION_SERVICE_ACCOUNTS = `${API_GROUP}/service-accounts`;

/** Name of the injected container. */
export const SIDECAR_CONTAINER = "furnace";

/** The one namespace of the embedded default: this machine. */
export const LOCAL_NAMESPACE = "local";

/** Audience of the token by which an agent proves who it is. */
export const AGENT_AUDIENCE = "furnace";

/** Default ports. */
export const PORTS = { server: 8080, admission: 8443, agent: 8444 } as const;

/** Objects that the operator makes for a Furnace, in the Furnace's own namespace. */
export const OBJECTS = {
	server: "furnace-server",
	/** headless: its name resolves to every replica */
	replicas: "furnace-server-replicas",
	operator: "furnace-operator",
	/** ServiceAccount of pods that run the agent in Furnace's own namespace; has no rights */
	agent: "furnace-agent",
	/** Secret that only the operator reads: the roots and the key of the newest */
	authority: "furnace-ca",
	/** PersistentVolumeClaim, where the Furnace asks for one */
	archive: "furnace-archive",
	/** ConfigMap: what the webhook needs to know, see installation.ts */
	installation: "furnace-installation",
	/** Secret: `tls.crt`, `tls.key` of the servers, `ca.crt`: the roots that are trusted now */
	serverTls: "furnace-server-tls",
	webhook: "furnace",
} as const;

/** The DNS name under which agents and replicas know the servers of a Furnace; every server certificate has it. */
export function serverName(namespace: string): string {
	return `${OBJECTS.replicas}.${namespace}.svc`;
}

/** The virtual resource on which people's rights are reviewed. */
export const RECORDINGS_RESOURCE = { group: API_GROUP, resource: "recordings" } as const;

/** How agents announce themselves; apart from the schemas, which an idle agent has no use for. */
export const REGISTRATION = {
	path: "/register",
	/** Grows when an agent and a server of different versions could not talk; both sides support N and N-1. */
	protocol: 1,
} as const;
