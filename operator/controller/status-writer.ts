import { createHash } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import { type Condition, FURNACE_KIND, type FurnaceStatus } from "../../contract/furnace-resource.ts";
import type { Connection } from "../../kubernetes/connect.ts";
import { recordEvent } from "../../kubernetes/events.ts";
import type { Log } from "../../kubernetes/log.ts";
import { FIELD_MANAGER } from "../apply/applier.ts";
import type { Furnace } from "../furnace.ts";
import { conditionsOf, type Findings, turned } from "./conditions.ts";

export interface StatusWriter {
	/** The status as it was written last, where the store may not have it yet. */
	current(furnace: Furnace): FurnaceStatus;
	/** Writes only what differs; what turned is told as an Event, too. */
	write(furnace: Furnace, findings: Findings, rest?: Omit<FurnaceStatus, "conditions">): Promise<void>;
}

export function createStatusWriter(
	connection: Pick<Connection, "apply" | "create">,
	{ log, now }: { log: Log; now: () => Date },
): StatusWriter {
	/** by UID */
	const written = new Map<string, Furnace>();
	return { current, write };

	function current(furnace: Furnace): FurnaceStatus {
		const last = written.get(furnace.metadata.uid);
		const newest = last !== undefined && versionOf(last) > versionOf(furnace) ? last : furnace;
		return newest.status ?? {};
	}

	async function write(
		furnace: Furnace,
		findings: Findings,
		rest: Omit<FurnaceStatus, "conditions"> = {},
	): Promise<void> {
		const before = current(furnace);
		const generation = furnace.metadata.generation ?? 0;
		const conditions = conditionsOf(findings, { before: before.conditions, generation, now: now() });
		const status: FurnaceStatus = { observedGeneration: generation, ...rest, conditions };
		if (isDeepStrictEqual(sorted(before), sorted(status))) return;
		const { apiVersion, kind } = FURNACE_KIND;
		const { name, namespace } = furnace.metadata;
		const object = { apiVersion, kind, metadata: { name, namespace }, status };
		const options = { fieldManager: FIELD_MANAGER, subresource: "status" } as const;
		written.set(furnace.metadata.uid, await connection.apply<Furnace>(FURNACE_KIND, object, options));
		await tell(furnace, turned(conditions, before.conditions));
	}

	async function tell(furnace: Furnace, conditions: readonly Condition[]): Promise<void> {
		const { apiVersion, kind } = FURNACE_KIND;
		const { name, namespace, uid } = furnace.metadata;
		for (const condition of conditions) {
			const { type, status, reason, message, lastTransitionTime } = condition;
			log.info({ furnace: `${namespace}/${name}`, condition: type, status, reason, message }, "condition");
			const digest = createHash("sha256")
				.update(JSON.stringify([uid, type, status, reason, message, lastTransitionTime]))
				.digest("hex");
			await recordEvent(connection, {
				about: { apiVersion, kind, name, namespace, uid },
				reason,
				message: `${type} is ${status}: ${message}`,
				type: status === "True" ? "Normal" : "Warning",
				reporter: FIELD_MANAGER,
				name: `${name.slice(0, 200)}.${digest.slice(0, 16)}`,
			}).catch((error) => log.warn({ err: error }, "an Event was not recorded"));
		}
	}
}

/** The API server keeps conditions in the order in which they came. */
function sorted(status: FurnaceStatus): FurnaceStatus {
	const { conditions = [] } = status;
	return { ...status, conditions: conditions.toSorted((a, b) => (a.type < b.type ? -1 : 1)) };
}

function versionOf({ metadata }: Furnace): bigint {
	const text = metadata.resourceVersion ?? "";
	return /^\d+$/.test(text) ? BigInt(text) : 0n;
}
