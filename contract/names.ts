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
