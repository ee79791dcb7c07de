import type { Connection } from "../../../kubernetes/connect.ts";
import { KINDS } from "../../../kubernetes/kinds.ts";
import type { Pod } from "../objects.ts";
import { isInjected } from "../pods.ts";
import { ASKING, podObject, podSpec } from "../workloads.ts";

/** A label that no node has: such a pod is admitted and stored as any other, and never started. */
const NOWHERE = { nodeSelector: { "furnace-test/nowhere": "yes" } };
/** So often a pod is made: often enough to meet every moment of what goes on meanwhile. */
const INTERVAL_MS = 40;
/** So many may be under way at once; when the API server is slower than that, the pace is its own. */
const AT_ONCE = 16;

/** What became of the pods. */
export interface Tally {
	injected: number;
	/** names of those that were stored without a sidecar */
	bare: string[];
	/** what the API server said to those it did not take */
	failed: string[];
}

/**
 * Creates pods that ask for a sidecar, one every `INTERVAL_MS`, for as long as something is going on and until there are enough of them.
 * @param action what goes on meanwhile; its error is thrown once the pods under way are done
 */
export async function createPodsDuring(
	connection: Connection,
	namespace: string,
	atLeast: number,
	action: () => Promise<void>,
): Promise<Tally> {
	const tally: Tally = { injected: 0, bare: [], failed: [] };
	const underWay = new Set<Promise<void>>();
	let going = true;
	const acting = action().finally(() => {
		going = false;
	});
	// It is waited for below; until then its failure is nobody's surprise.
	acting.catch(() => {});
	for (let number = 0; going || number < atLeast; number++) {
		if (underWay.size >= AT_ONCE) await Promise.race(underWay);
		const one = createOne(connection, namespace, `pod-${number}`, tally).finally(() => underWay.delete(one));
		underWay.add(one);
		await new Promise((resolve) => setTimeout(resolve, INTERVAL_MS));
	}
	await Promise.all(underWay);
	await acting;
	return tally;
}

/** The API server answers with the pod as it was stored: what admission made of it needs no second question. */
async function createOne(
	connection: Connection,
	namespace: string,
	name: string,
	tally: Tally,
): Promise<void> {
	try {
		const object = podObject(namespace, name, ASKING.label, podSpec(undefined, NOWHERE));
		const stored = (await connection.create(KINDS.pod, object)) as unknown as Pod;
		if (isInjected(stored)) tally.injected++;
		else tally.bare.push(name);
	} catch (error) {
		tally.failed.push(`${name}: ${(error as Error).message}`);
	}
}
