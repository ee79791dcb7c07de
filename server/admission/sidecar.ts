import { AGENT_ENVIRONMENT, AGENT_PATHS } from "../../contract/agent-environment.ts";
import { agentSecurityContext } from "../../contract/agent-security.ts";
import { AGENT_AUDIENCE, PORTS, SIDECAR_CONTAINER } from "../../contract/names.ts";
import type { InjectionConfiguration } from "./facts.ts";
import { type ResourceClass, sidecarResources } from "./resources.ts";

/** What in a pod makes its sidecar differ from another pod's. */
export interface SidecarPlan extends ResourceClass {
	/** names of the pod's pull secrets */
	readonly pullSecrets: readonly string[];
}

interface Mount {
	readonly volume: { readonly name: string; readonly [source: string]: unknown };
	readonly mountPath: string;
	readonly readOnly?: true;
}

/** The shortest life that Kubernetes grants; the kubelet renews it in time. */
const TOKEN_SECONDS = 600;
/** Readable by root alone: the agent. */
const SECRET_MODE = 0o400;
/** Where the built-in admission would mount a token for the API server into a container that has nothing there. */
const API_TOKEN_PATH = "/var/run/secrets/kubernetes.io/serviceaccount";

/**
 * Names of all volumes that a sidecar may bring.
 * None has a sizeLimit: going over it evicts the application. The agent keeps its own quota.
 */
export const SIDECAR_VOLUMES = {
	work: "furnace-out",
	token: "furnace-token",
	noApiToken: "furnace-no-api-token",
	containerStorage: "furnace-storage",
	hostUsr: "furnace-usr",
	pullSecrets: "furnace-pull",
} as const;

/** The injected container: a native sidecar that no probe or hook of its own can hold up. */
export function sidecarContainer(configuration: InjectionConfiguration, plan: SidecarPlan): object {
	return {
		name: SIDECAR_CONTAINER,
		image: configuration.image,
		imagePullPolicy: configuration.imagePullPolicy ?? "IfNotPresent",
		restartPolicy: "Always",
		env: environment(configuration),
		ports: [{ name: "furnace-agent", containerPort: PORTS.agent, protocol: "TCP" }],
		resources: sidecarResources(configuration, plan),
		securityContext: agentSecurityContext(configuration.privilege),
		terminationMessagePolicy: "FallbackToLogsOnError",
		volumeMounts: mounts(configuration, plan).map(({ volume, mountPath, readOnly }) => ({
			name: volume.name,
			mountPath,
			...(readOnly === undefined ? {} : { readOnly }),
		})),
	};
}

export function sidecarVolumes(configuration: InjectionConfiguration, plan: SidecarPlan): object[] {
	return mounts(configuration, plan).map(({ volume }) => volume);
}

function environment(configuration: InjectionConfiguration): object[] {
	const names = AGENT_ENVIRONMENT;
	return [
		{ name: names.serverUrl, value: configuration.serverUrl },
		{ name: names.ca, value: configuration.ca },
		{ name: names.privilege, value: configuration.privilege },
		{ name: names.maxDurationSeconds, value: String(configuration.maxDurationSeconds) },
		ofPod(names.podName, "metadata.name"),
		ofPod(names.podNamespace, "metadata.namespace"),
		ofPod(names.podUid, "metadata.uid"),
	];
}

function ofPod(name: string, fieldPath: string): object {
	return { name, valueFrom: { fieldRef: { apiVersion: "v1", fieldPath } } };
}

function mounts({ privilege }: InjectionConfiguration, { pullSecrets }: SidecarPlan): Mount[] {
	const { work, token, noApiToken, containerStorage, hostUsr } = SIDECAR_VOLUMES;
	const always: Mount[] = [
		{ volume: { name: work, emptyDir: {} }, mountPath: AGENT_PATHS.work },
		{ volume: tokenVolume(token), mountPath: directoryOf(AGENT_PATHS.token), readOnly: true },
		{ volume: { name: noApiToken, emptyDir: {} }, mountPath: API_TOKEN_PATH, readOnly: true },
	];
	if (privilege !== "privileged") return always;
	return [
		...always,
		{ volume: { name: containerStorage, emptyDir: {} }, mountPath: AGENT_PATHS.containerStorage },
		// every Linux node has /usr; a host path that is missing would hold up the pod
		{ volume: { name: hostUsr, hostPath: { path: "/usr" } }, mountPath: AGENT_PATHS.hostUsr, readOnly: true },
		...(pullSecrets.length === 0
			? []
			: [{ volume: pullVolume(pullSecrets), mountPath: AGENT_PATHS.pullSecrets, readOnly: true as const }]),
	];
}

function tokenVolume(name: string): Mount["volume"] {
	const token = {
		audience: AGENT_AUDIENCE,
		expirationSeconds: TOKEN_SECONDS,
		path: fileOf(AGENT_PATHS.token),
	};
	return { name, projected: { defaultMode: SECRET_MODE, sources: [{ serviceAccountToken: token }] } };
}

/** Optional in full: neither a Secret that is gone nor one of another kind may keep the pod from starting. */
function pullVolume(secrets: readonly string[]): Mount["volume"] {
	const sources = secrets.map((name, index) => ({
		secret: {
			name,
			optional: true,
			items: [
				{ key: ".dockerconfigjson", path: `${index}.json` },
				{ key: ".dockercfg", path: `${index}.legacy.json` },
			],
		},
	}));
	return { name: SIDECAR_VOLUMES.pullSecrets, projected: { defaultMode: SECRET_MODE, sources } };
}

function directoryOf(path: string): string {
	return path.slice(0, path.lastIndexOf("/"));
}

function fileOf(path: string): string {
	return path.slice(path.lastIndexOf("/") + 1);
}
