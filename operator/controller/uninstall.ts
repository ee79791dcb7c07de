import { OBJECTS } from "../../contract/names.ts";
import { KINDS } from "../../kubernetes/kinds.ts";
import { labels } from "../objects/labels.ts";
import type { Surroundings } from "./surroundings.ts";

/** First of all nobody shall be asked any more; then what gave rights. */
const CLUSTER_OBJECTS = [
	{ kind: KINDS.mutatingWebhookConfiguration, name: OBJECTS.webhook },
	{ kind: KINDS.clusterRoleBinding, name: OBJECTS.server },
	{ kind: KINDS.clusterRole, name: OBJECTS.server },
];

/**
 * Takes away what belongs to no namespace. The rest is owned by the Furnace that is gone: Kubernetes collects it.
 * Writes nothing when nothing of ours is there.
 */
export async function uninstall({ connection, log }: Surroundings): Promise<void> {
	const ours = Object.entries(labels());
	for (const { kind, name } of CLUSTER_OBJECTS) {
		const found = await connection.get(kind, name);
		if (found === null || !ours.every(([key, value]) => found.metadata.labels?.[key] === value)) continue;
		const { uid } = found.metadata;
		log.info({ kind: kind.kind, name }, "removing");
		await connection.delete(kind, name, undefined, uid === undefined ? undefined : { uid });
	}
}
