import { OBJECTS, PORTS } from "../../contract/names.ts";
import { KINDS } from "../../kubernetes/kinds.ts";
import { type Desired, type Installed, namespacedObject } from "./desired.ts";
import { labels, NAME_LABEL, podLabels } from "./labels.ts";

/** What the servers' pods are made of besides the Furnace. */
export interface ServerFacts {
	readonly image: string;
	readonly imagePullPolicy?: string;
	/** OpenShift gives each namespace users and groups of its own and refuses any other */
	readonly usersAssigned: boolean;
}

const ARCHIVE = "/archive";
const USER = 65_532;
/** Longer than a server goes on serving after SIGTERM. */
const GRACE_SECONDS = 45;
const SELECTOR = { [NAME_LABEL]: OBJECTS.server };

export function disruptionBudget(installed: Installed): Desired {
	return namespacedObject(installed, KINDS.podDisruptionBudget, OBJECTS.server, {
		// also with one replica: a drain must never hang because of a profiler
		spec: { maxUnavailable: 1, selector: { matchLabels: SELECTOR } },
	});
}

export function deployment(installed: Installed, facts: ServerFacts): Desired {
	const { spec } = installed.furnace;
	return namespacedObject(
		installed,
		KINDS.deployment,
		OBJECTS.server,
		{
			spec: {
				replicas: spec.replicas,
				revisionHistoryLimit: 3,
				selector: { matchLabels: SELECTOR },
				strategy: { type: "RollingUpdate", rollingUpdate: rollingUpdate(spec.archive.volumeClaim) },
				template: {
					metadata: { labels: podLabels(OBJECTS.server) },
					spec: podSpec(installed, facts),
				},
			},
		},
		{ labels: labels(OBJECTS.server) },
	);
}

/** A volume of one node at a time must be let go before the next server can have it. */
function rollingUpdate(claim: { accessMode: string } | undefined): object {
	if (claim?.accessMode === "ReadWriteOnce") return { maxUnavailable: 1, maxSurge: 0 };
	return { maxUnavailable: 0, maxSurge: 1 };
}

function podSpec(installed: Installed, facts: ServerFacts): object {
	return {
		serviceAccountName: OBJECTS.server,
		automountServiceAccountToken: true,
		enableServiceLinks: false,
		terminationGracePeriodSeconds: GRACE_SECONDS,
		nodeSelector: { "kubernetes.io/os": "linux" },
		securityContext: {
			runAsNonRoot: true,
			seccompProfile: { type: "RuntimeDefault" },
			...(facts.usersAssigned ? {} : { runAsUser: USER, runAsGroup: USER, fsGroup: USER }),
		},
		topologySpreadConstraints: ["kubernetes.io/hostname", "topology.kubernetes.io/zone"].map(
			(topologyKey) => ({
				topologyKey,
				maxSkew: 1,
				whenUnsatisfiable: "ScheduleAnyway",
				labelSelector: { matchLabels: SELECTOR },
			}),
		),
		containers: [container(installed, facts)],
		volumes: [
			{ name: "archive", ...archiveSource(installed) },
			{ name: "tmp", emptyDir: {} },
		],
	};
}

function container({ furnace }: Installed, { image, imagePullPolicy }: ServerFacts): object {
	return {
		name: "server",
		image,
		...(imagePullPolicy === undefined ? {} : { imagePullPolicy }),
		env: [
			{ name: "FURNACE_NAMESPACE", value: furnace.metadata.namespace },
			ofPod("FURNACE_POD_NAME", "metadata.name"),
			ofPod("FURNACE_POD_IP", "status.podIP"),
			{ name: "FURNACE_ARCHIVE", value: ARCHIVE },
		],
		ports: [
			{ name: "https", containerPort: PORTS.server, protocol: "TCP" },
			{ name: "admission", containerPort: PORTS.admission, protocol: "TCP" },
		],
		resources: { requests: { cpu: "100m", memory: "256Mi" }, limits: { memory: "2Gi" } },
		securityContext: {
			allowPrivilegeEscalation: false,
			readOnlyRootFilesystem: true,
			capabilities: { drop: ["ALL"] },
		},
		startupProbe: probe("/healthz", { periodSeconds: 1, failureThreshold: 120 }),
		readinessProbe: probe("/readyz", { periodSeconds: 2, failureThreshold: 2 }),
		livenessProbe: probe("/healthz", { periodSeconds: 10, failureThreshold: 6 }),
		terminationMessagePolicy: "FallbackToLogsOnError",
		volumeMounts: [
			{ name: "archive", mountPath: ARCHIVE },
			{ name: "tmp", mountPath: "/tmp" },
		],
	};
}

function probe(path: string, times: { periodSeconds: number; failureThreshold: number }): object {
	return { httpGet: { path, port: PORTS.server, scheme: "HTTPS" }, timeoutSeconds: 5, ...times };
}

function ofPod(name: string, fieldPath: string): object {
	return { name, valueFrom: { fieldRef: { apiVersion: "v1", fieldPath } } };
}

function archiveSource({ furnace }: Installed): object {
	const claim = furnace.spec.archive.volumeClaim;
	if (claim === undefined) return { emptyDir: {} };
	return { persistentVolumeClaim: { claimName: claim.claimName ?? OBJECTS.archive } };
}

/** The claim that the Furnace asks for; none where it names one that is there already, or wants none. */
export function archiveClaim(installed: Installed): Desired[] {
	const claim = installed.furnace.spec.archive.volumeClaim;
	if (claim === undefined || claim.claimName !== undefined) return [];
	const content = {
		spec: {
			accessModes: [claim.accessMode],
			resources: { requests: { storage: String(claim.size) } },
			...(claim.storageClassName === undefined ? {} : { storageClassName: claim.storageClassName }),
		},
	};
	// the volume that is bound is written into it by the cluster
	const options = { othersMayAdd: "anything" as const };
	return [namespacedObject(installed, KINDS.persistentVolumeClaim, OBJECTS.archive, content, options)];
}
