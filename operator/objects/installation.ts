import { durationSeconds } from "../../contract/furnace-resource.ts";
import { INSTALLATION_KEY, type Installation, type SidecarResources } from "../../contract/installation.ts";
import { OBJECTS, PORTS, serverName } from "../../contract/names.ts";
import { KINDS } from "../../kubernetes/kinds.ts";
import type { Furnace } from "../furnace.ts";
import { type Desired, type Installed, namespacedObject } from "./desired.ts";

/** What servers must know of the agents they inject besides the Furnace. */
export interface InstallationFacts {
	/** of the agent: by digest where that is known */
	readonly image: string;
	readonly imagePullPolicy?: Installation["imagePullPolicy"];
	readonly imageProven: boolean;
	readonly version: string;
	readonly caBundle: string;
	readonly kubernetes: { readonly major: number; readonly minor: number };
}

export function installationOf(furnace: Furnace, facts: InstallationFacts): Installation {
	const { namespace } = furnace.metadata;
	return {
		image: facts.image,
		...(facts.imagePullPolicy === undefined ? {} : { imagePullPolicy: facts.imagePullPolicy }),
		imageProven: facts.imageProven,
		version: facts.version,
		privilege: furnace.spec.sidecar.privilege,
		ca: facts.caBundle,
		serverUrl: `https://${serverName(namespace)}:${PORTS.server}`,
		maxDurationSeconds: durationSeconds(furnace.spec.maxDuration),
		namespace,
		kubernetes: { major: facts.kubernetes.major, minor: facts.kubernetes.minor },
		resources: sidecarResources(furnace),
	};
}

export function installation(installed: Installed, facts: InstallationFacts): Desired {
	const text = JSON.stringify(installationOf(installed.furnace, facts), null, "\t");
	return namespacedObject(installed, KINDS.configMap, OBJECTS.installation, {
		data: { [INSTALLATION_KEY]: text },
	});
}

/** Quantities that were given as numbers become what they mean. */
export function sidecarResources({ spec }: Furnace): SidecarResources {
	const { requests, limits, guaranteed } = spec.sidecar.resources;
	const text = ({ cpu, memory }: typeof requests) => ({ cpu: String(cpu), memory: String(memory) });
	return { requests: text(requests), limits: text(limits), guaranteed: text(guaranteed) };
}
