import { type Static, type TSchema, Type } from "typebox";
import { PRIVILEGE_MODES } from "./agent-environment.ts";
import { DEFAULT_RESOURCES } from "./installation.ts";
import { API_GROUP } from "./names.ts";

/**
 * The resource by which a cluster gets Furnace. This schema is the one source of the types, of the CRD in deploy/crds
 * and of the defaults: the API server fills them in, so `spec: {}` is complete when it is read.
 * Keywords beginning with `x-kubernetes-` go into the CRD as they are.
 */
export const FURNACE_KIND = {
	apiVersion: `${API_GROUP}/v1alpha1`,
	kind: "Furnace",
	plural: "furnaces",
	namespaced: true,
} as const;

/** On a Furnace: any new value makes the operator renew the servers' certificate, one beginning with `root` the CA as well. */
export const ANNOTATION_ROTATE = `${API_GROUP}/rotate`;

const DURATION = "^([0-9]{1,5}h)?([0-9]{1,5}m)?([0-9]{1,5}s)?$";
const QUANTITY = "^([0-9]+|[0-9]*[.][0-9]+|[0-9]+[.][0-9]*)(m|[kKMGTPE]i?|[eE][-+]?[0-9]+)?$";

function amounts(of: { cpu: string; memory: string }, description: string) {
	return Type.Object(
		{ cpu: quantity({ default: of.cpu }), memory: quantity({ default: of.memory }) },
		{ default: {}, description },
	);
}

/** As Kubernetes has them: `2`, `"2"` and `2000m` are all right. */
function quantity(options: { default?: string; description?: string }) {
	return Type.Unsafe<string | number>({
		"x-kubernetes-int-or-string": true,
		anyOf: [{ type: "integer" }, { type: "string" }],
		pattern: QUANTITY,
		...options,
	} as unknown as TSchema);
}

function rule(expression: string, message: string): object {
	return { rule: expression, message };
}

const VolumeClaim = Type.Object(
	{
		claimName: Type.Optional(
			Type.String({
				minLength: 1,
				maxLength: 253,
				description:
					"A claim that is there already and outlives the Furnace; absent: one is made, and goes with the Furnace.",
			}),
		),
		size: quantity({ default: "10Gi", description: "Of the claim that is made." }),
		storageClassName: Type.Optional(
			Type.String({
				maxLength: 253,
				description: "Of the claim that is made; absent: the cluster's default.",
				"x-kubernetes-validations": [rule("self == oldSelf", "cannot be changed; make a new Furnace")],
			}),
		),
		accessMode: Type.Enum(["ReadWriteMany", "ReadWriteOnce"], {
			type: "string",
			default: "ReadWriteMany",
			description: "ReadWriteOnce allows for one replica only.",
			"x-kubernetes-validations": [rule("self == oldSelf", "cannot be changed; make a new Furnace")],
		}),
	},
	{ description: "Keeps recordings on a volume that all replicas share." },
);

const Sidecar = Type.Object(
	{
		privilege: Type.Enum([...PRIVILEGE_MODES], {
			type: "string",
			default: "privileged",
			description:
				"What injected agents may do: privileged (all profilers), or capabilities (drop ALL, add PERFMON, SYS_PTRACE, SYSLOG, DAC_READ_SEARCH, IPC_LOCK).",
		}),
		resources: Type.Object(
			{
				requests: amounts(DEFAULT_RESOURCES.requests, "Of each sidecar."),
				limits: amounts(DEFAULT_RESOURCES.limits, "Of each sidecar."),
				guaranteed: amounts(
					DEFAULT_RESOURCES.guaranteed,
					"Requests and limits alike, in pods of the Guaranteed class.",
				),
			},
			{ default: {}, description: "Of the injected sidecars." },
		),
	},
	{ default: {}, description: "The agents that the webhook injects." },
);

export const FurnaceSpec = Type.Object(
	{
		replicas: Type.Integer({ minimum: 1, maximum: 9, default: 2, description: "Servers." }),
		sidecar: Sidecar,
		maxDuration: Type.String({
			default: "1h",
			minLength: 2,
			maxLength: 18,
			pattern: DURATION,
			description:
				"Longest recording, such as 90s, 30m or 1h30m; also ends those without an end. At most 24h.",
			"x-kubernetes-validations": [
				rule(
					"duration(self) >= duration('1s') && duration(self) <= duration('24h')",
					"must be between 1s and 24h",
				),
			],
		}),
		archive: Type.Object(
			{ volumeClaim: Type.Optional(VolumeClaim) },
			{
				default: {},
				description:
					"Where recordings are kept. Empty: in the servers' own pods, each with a copy; lost when all of them go at once.",
			},
		),
		tls: Type.Object(
			{
				mode: Type.Enum(["operator"], {
					type: "string",
					default: "operator",
					description: "Who makes the certificates: operator, with a CA of its own that it also renews.",
				}),
			},
			{ default: {}, description: "Certificates of servers and webhook." },
		),
		node: Type.Object(
			{
				enabled: Type.Boolean({ default: false, description: "Whether every node gets a daemon." }),
				authorization: Type.Enum(["required", "off"], {
					type: "string",
					default: "required",
					description: "Whether callers of the daemon must say who they are.",
				}),
			},
			{ default: {}, description: "The node daemon. Not part of this version." },
		),
	},
	{ default: {} },
);
export type FurnaceSpec = Static<typeof FurnaceSpec>;

export const CONDITION_TYPES = ["Ready", "ArchiveDurable", "ImageProven"] as const;
export type ConditionType = (typeof CONDITION_TYPES)[number];

export const Condition = Type.Object({
	type: Type.String({ maxLength: 316 }),
	status: Type.Enum(["True", "False", "Unknown"], { type: "string" }),
	reason: Type.String({ maxLength: 1024, description: "One word, for machines." }),
	message: Type.String({ maxLength: 32_768, description: "For people: what is, and what to do about it." }),
	lastTransitionTime: Type.String({ format: "date-time" }),
	observedGeneration: Type.Optional(Type.Integer({ minimum: 0 })),
});
export type Condition = Static<typeof Condition>;

/** What was seen when the agent's image was tried. Holds for this image, this privilege and these architectures. */
export const ImageProof = Type.Object(
	{
		key: Type.String({ description: "Of all that was tried together: image, privilege, resources." }),
		image: Type.String({ description: "As the operator was told." }),
		privilege: Type.Enum([...PRIVILEGE_MODES], { type: "string" }),
		architectures: Type.Array(Type.String(), {
			description: "Of the nodes on which it started.",
			"x-kubernetes-list-type": "atomic",
		}),
		resolved: Type.Optional(Type.String({ description: "What is injected: the image by its digest." })),
		proven: Type.Boolean(),
		failures: Type.Integer({ minimum: 0, description: "In a row." }),
		reason: Type.Optional(Type.String()),
		message: Type.Optional(Type.String()),
		at: Type.String({ format: "date-time", description: "When this was found." }),
	},
	{ description: "Whether the agent's image starts in this cluster." },
);
export type ImageProof = Static<typeof ImageProof>;

export const FurnaceStatus = Type.Object({
	observedGeneration: Type.Optional(Type.Integer()),
	url: Type.Optional(Type.String({ description: "Of the page, inside the cluster." })),
	conditions: Type.Optional(
		Type.Array(Condition, { "x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["type"] }),
	),
	agentImage: Type.Optional(ImageProof),
	certificates: Type.Optional(
		Type.Object({
			rootExpires: Type.String({ format: "date-time" }),
			leafExpires: Type.String({ format: "date-time" }),
			rotation: Type.Enum(["Settled", "Introducing", "Overlapping"], {
				type: "string",
				description:
					"Introducing: a new root is told to everybody and signs nothing yet. Overlapping: an older root is still trusted.",
			}),
		}),
	),
});
export type FurnaceStatus = Static<typeof FurnaceStatus>;

/** Stand at the root: a schema with a default must hold for that default alone, before the ones below it are filled in. */
const RULES = [
	rule(
		"!has(self.spec.archive.volumeClaim) || self.spec.archive.volumeClaim.accessMode != 'ReadWriteOnce' || self.spec.replicas == 1",
		"a ReadWriteOnce volume serves one replica only: set replicas to 1 or accessMode to ReadWriteMany",
	),
];

export const FurnaceResource = Type.Object(
	{ spec: FurnaceSpec, status: Type.Optional(FurnaceStatus) },
	{
		description:
			"Furnace in this cluster: webhook, servers and their certificates. One to a cluster; the oldest counts.",
		"x-kubernetes-validations": RULES,
	},
);

/** @param text as `FurnaceSpec.maxDuration` allows: `1h30m`. @returns seconds */
export function durationSeconds(text: string): number {
	const [, hours, minutes, seconds] =
		/^(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?$/.exec(text) ?? ([] as (string | undefined)[]);
	return Number(hours ?? 0) * 3600 + Number(minutes ?? 0) * 60 + Number(seconds ?? 0);
}
