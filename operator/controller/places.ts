import { OBJECTS } from "../../contract/names.ts";
import { KINDS } from "../../kubernetes/kinds.ts";
import type { Furnace } from "../furnace.ts";
import { rolesAndBindings, serviceAccounts } from "../objects/access.ts";
import type { Desired, Installed } from "../objects/desired.ts";
import { networkPolicy, services } from "../objects/network.ts";
import { disruptionBudget } from "../objects/server.ts";
import type { Place } from "./watches.ts";

/** Everything that is looked after, whether it is there yet or not. */
export function placesOf(installed: Installed): Place[] {
	const { namespace } = installed.furnace.metadata;
	const inNamespace = [
		...serviceAccounts(installed),
		...rolesAndBindings(installed),
		...services(installed),
		networkPolicy(installed),
		disruptionBudget(installed),
	].map(placeOf);
	const claim = claimPlace(installed.furnace);
	return [
		...inNamespace,
		{ kind: KINDS.deployment, name: OBJECTS.server, namespace },
		{ kind: KINDS.configMap, name: OBJECTS.installation, namespace },
		{ kind: KINDS.secret, name: OBJECTS.authority, namespace },
		{ kind: KINDS.secret, name: OBJECTS.serverTls, namespace },
		{ kind: KINDS.mutatingWebhookConfiguration, name: OBJECTS.webhook },
		...(claim === undefined ? [] : [claim]),
	];
}

export function placeOf({ kind, object }: Desired): Place {
	const { name, namespace } = object.metadata;
	return { kind, name, ...(namespace === undefined ? {} : { namespace }) };
}

export function claimPlace({ spec, metadata }: Furnace): Place | undefined {
	const claim = spec.archive.volumeClaim;
	if (claim === undefined) return undefined;
	return {
		kind: KINDS.persistentVolumeClaim,
		name: claim.claimName ?? OBJECTS.archive,
		namespace: metadata.namespace,
	};
}
