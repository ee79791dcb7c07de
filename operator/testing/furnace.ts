import type { FurnaceSpec } from "../../contract/furnace-resource.ts";
import type { Metadata } from "../../kubernetes/objects.ts";
import type { Furnace } from "../furnace.ts";
import type { Installed } from "../objects/desired.ts";

const SPEC: FurnaceSpec = {
	replicas: 2,
	maxDuration: "1h",
	sidecar: {
		privilege: "privileged",
		resources: {
			requests: { cpu: "10m", memory: "64Mi" },
			limits: { cpu: "1", memory: "512Mi" },
			guaranteed: { cpu: "200m", memory: "256Mi" },
		},
	},
	archive: {},
	tls: { mode: "operator" },
	node: { enabled: false, authorization: "required" },
};

/** A Furnace as the API server gives it after `spec: {}`, but for what is said here. */
export function furnaceWith(spec: Partial<FurnaceSpec> = {}, metadata: Partial<Metadata> = {}): Furnace {
	return {
		apiVersion: "furnace.hyperfoil.io/v1alpha1",
		kind: "Furnace",
		metadata: {
			name: "furnace",
			namespace: "furnace",
			uid: "3ee74ccb-f46c-4651-bd7e-f41425358f37",
			creationTimestamp: "2026-11-21T12:00:00Z",
			generation: 1,
			...metadata,
		} as Furnace["metadata"],
		spec: { ...SPEC, ...spec },
	};
}

export function installedWith(spec: Partial<FurnaceSpec> = {}): Installed {
	return { furnace: furnaceWith(spec), definitionUid: "b0b4a1c8-58a4-4b6e-9a4e-0f1f4cf0d3a1" };
}
