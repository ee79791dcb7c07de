import { KubernetesError } from "../../kubernetes/cluster.ts";
import type { Connection } from "../../kubernetes/connect.ts";
import type { Log } from "../../kubernetes/log.ts";
import type { KubernetesObject } from "../../kubernetes/objects.ts";
import type { Desired } from "../objects/desired.ts";
import { contentOf, covers, hasForeignContent, withoutKind } from "./drift.ts";

export const FIELD_MANAGER = "furnace-operator";

/** What was seen or written last of one object. */
interface Settled {
	readonly desired: string;
	readonly live: KubernetesObject;
}

export interface Applier {
	/**
	 * Makes it so, if it is not yet; writes nothing otherwise.
	 * @param seen as a store has it; may lag behind what was written
	 * @returns as it is now
	 */
	ensure(desired: Desired, seen: KubernetesObject | undefined): Promise<KubernetesObject>;
}

/** The API server has no code of its own for a field that cannot be changed; what is invalid in itself must stay. */
const IMMUTABLE = /immutable|(cannot|may not) (be )?change/i;
/** Made anew they would lose what they hold. */
const IRREPLACEABLE = new Set(["PersistentVolumeClaim", "Secret"]);

/**
 * Writes objects only where they differ.
 *
 * What others did is judged once: an object that still differs after it was written (some admission plugin insists) is
 * left alone until it or what is desired changes. Else the two would write against each other for ever.
 */
export function createApplier(
	connection: Pick<Connection, "get" | "apply" | "replace" | "delete">,
	log: Log,
): Applier {
	const settled = new Map<string, Settled>();
	return { ensure };

	async function ensure(desired: Desired, seen: KubernetesObject | undefined): Promise<KubernetesObject> {
		const key = keyOf(desired);
		const wanted = JSON.stringify(desired.object);
		const last = settled.get(key);
		const live = seen === undefined ? await find(desired) : newest(seen, last?.live);
		const isSettled =
			live !== undefined &&
			((last?.desired === wanted && contentOf(last.live) === contentOf(live)) || isRight(desired, live));
		const result = isSettled ? live : await write(desired, live);
		settled.set(key, { desired: wanted, live: result });
		return result;
	}

	/** A store that has not got it may just lag behind its creation. */
	async function find({ kind, object }: Desired): Promise<KubernetesObject | undefined> {
		return (await connection.get(kind, object.metadata.name, object.metadata.namespace)) ?? undefined;
	}

	async function write(desired: Desired, live: KubernetesObject | undefined): Promise<KubernetesObject> {
		const { kind, name } = about(desired);
		log.info({ kind, name }, live === undefined ? "creating" : "correcting");
		const applied = await applyOrRenew(desired, live);
		if (isRight(desired, applied)) return applied;
		log.info({ kind, name }, "taking away what others added");
		const { resourceVersion, labels, annotations } = applied.metadata;
		const { metadata } = desired.object;
		return connection.replace(
			desired.kind,
			{
				...desired.object,
				metadata: {
					...metadata,
					...(resourceVersion === undefined ? {} : { resourceVersion }),
					labels: { ...labels, ...metadata.labels },
					...(annotations === undefined ? {} : { annotations: { ...annotations, ...metadata.annotations } }),
				},
			},
			{ fieldManager: FIELD_MANAGER },
		);
	}

	async function applyOrRenew(
		desired: Desired,
		live: KubernetesObject | undefined,
	): Promise<KubernetesObject> {
		const { kind, object } = desired;
		const apply = () => connection.apply(kind, object, { fieldManager: FIELD_MANAGER });
		try {
			return await apply();
		} catch (error) {
			const isInTheWay =
				error instanceof KubernetesError && error.status === 422 && IMMUTABLE.test(error.message);
			if (!isInTheWay || live?.metadata.uid === undefined || IRREPLACEABLE.has(kind.kind)) throw error;
			log.warn({ err: error, ...about(desired) }, "it cannot be corrected: making it anew");
			await connection.delete(kind, object.metadata.name, object.metadata.namespace, {
				uid: live.metadata.uid,
			});
			return apply();
		}
	}
}

function isRight({ object, othersMayAdd }: Desired, live: KubernetesObject): boolean {
	if (!covers(withoutKind(object), live)) return false;
	return othersMayAdd === "anything" || !hasForeignContent(live, FIELD_MANAGER);
}

function about({ kind, object }: Desired) {
	return { kind: kind.kind, name: object.metadata.name, namespace: object.metadata.namespace };
}

function keyOf({ kind, object }: Desired): string {
	return `${kind.kind}/${object.metadata.namespace ?? ""}/${object.metadata.name}`;
}

/** A store may lag behind what was just written. */
function newest(seen: KubernetesObject, written: KubernetesObject | undefined): KubernetesObject {
	if (written === undefined || seen.metadata.uid !== written.metadata.uid) return seen;
	return versionOf(written) > versionOf(seen) ? written : seen;
}

function versionOf({ metadata }: KubernetesObject): bigint {
	const text = metadata.resourceVersion ?? "";
	return /^\d+$/.test(text) ? BigInt(text) : 0n;
}
