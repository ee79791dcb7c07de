import { AGENT_ENVIRONMENT, AGENT_PATHS } from "../../contract/agent-environment.ts";
import { agentSecurityContext } from "../../contract/agent-security.ts";
import { AGENT_AUDIENCE, OBJECTS } from "../../contract/names.ts";
import { KINDS } from "../../kubernetes/kinds.ts";
import type { KubernetesObject } from "../../kubernetes/objects.ts";
import { type Installed, ownedBy } from "../objects/desired.ts";
import { NAME_LABEL, podLabels } from "../objects/labels.ts";
import { type Trial, trialKey } from "./key.ts";

export const PROOF_NAME = "furnace-proof";
/** There is no Secret of this name. */
const NO_PULL_SECRET = "furnace-none";
export const TRIAL_LABEL = "furnace.hyperfoil.io/trial";
export const ARCHITECTURE_LABEL = "kubernetes.io/arch";
/** From the moment a node has it, pull included. */
export const PROOF_DEADLINE_SECONDS = 300;

/** Runs the agent as a sidecar would, from the same image with the same rights and volumes, but for `--prove`. */
export function proofPod(installed: Installed, trial: Trial, architecture: string): KubernetesObject {
	const key = trialKey(trial);
	return {
		apiVersion: KINDS.pod.apiVersion,
		kind: KINDS.pod.kind,
		metadata: {
			name: `${PROOF_NAME}-${architecture}-${key}`,
			namespace: installed.furnace.metadata.namespace,
			labels: { ...podLabels(PROOF_NAME), [TRIAL_LABEL]: key, [ARCHITECTURE_LABEL]: architecture },
			annotations: { "sidecar.istio.io/inject": "false" },
			ownerReferences: [ownedBy(installed.furnace)],
		},
		...{ spec: podSpec(trial, architecture) },
	};
}

function podSpec(trial: Trial, architecture: string): object {
	const mounts = mountsOf(trial);
	return {
		serviceAccountName: OBJECTS.agent,
		automountServiceAccountToken: false,
		// Named, so that admission adds none of the ServiceAccount's: tenants' pods have no secrets of ours either, and an
		// image that only we could pull would hold them up.
		imagePullSecrets: [{ name: NO_PULL_SECRET }],
		enableServiceLinks: false,
		restartPolicy: "Never",
		activeDeadlineSeconds: PROOF_DEADLINE_SECONDS,
		terminationGracePeriodSeconds: 5,
		nodeSelector: { "kubernetes.io/os": "linux", [ARCHITECTURE_LABEL]: architecture },
		containers: [
			{
				name: "agent",
				image: trial.image,
				...(trial.imagePullPolicy === undefined ? {} : { imagePullPolicy: trial.imagePullPolicy }),
				args: ["--prove"],
				env: [{ name: AGENT_ENVIRONMENT.privilege, value: trial.privilege }],
				resources: { requests: trial.resources.requests, limits: trial.resources.limits },
				securityContext: agentSecurityContext(trial.privilege),
				terminationMessagePolicy: "FallbackToLogsOnError",
				volumeMounts: mounts.map(({ name, mountPath, readOnly }) => ({ name, mountPath, readOnly })),
			},
		],
		volumes: mounts.map(({ name, source }) => ({ name, ...source })),
	};
}

interface Mount {
	readonly name: string;
	readonly mountPath: string;
	readonly readOnly: boolean;
	readonly source: object;
}

function mountsOf({ privilege }: Trial): Mount[] {
	const token = { audience: AGENT_AUDIENCE, expirationSeconds: 600, path: "token" };
	const always = [
		{ name: "out", mountPath: AGENT_PATHS.work, readOnly: false, source: { emptyDir: {} } },
		{
			name: "token",
			mountPath: AGENT_PATHS.token.replace(/\/token$/, ""),
			readOnly: true,
			source: { projected: { defaultMode: 0o400, sources: [{ serviceAccountToken: token }] } },
		},
	];
	if (privilege !== "privileged") return always;
	return [
		...always,
		{ name: "storage", mountPath: AGENT_PATHS.containerStorage, readOnly: false, source: { emptyDir: {} } },
		{ name: "usr", mountPath: AGENT_PATHS.hostUsr, readOnly: true, source: { hostPath: { path: "/usr" } } },
	];
}

/** The architecture a proof pod was made for. */
export function architectureOf({ metadata }: KubernetesObject): string {
	return metadata.labels?.[ARCHITECTURE_LABEL] ?? "";
}

export function isProof({ metadata }: KubernetesObject): boolean {
	return metadata.labels?.[NAME_LABEL] === PROOF_NAME;
}
