import { randomUUID } from "node:crypto";
import { KubernetesError } from "./cluster.ts";
import type { Connection } from "./connect.ts";
import { isStatus } from "./failures.ts";
import { KINDS } from "./kinds.ts";
import {
	type Claim,
	claimed,
	givenBack,
	isFree,
	type Lease,
	type Observation,
	observe,
} from "./lease-record.ts";
import type { Log } from "./log.ts";
import { jittered, sleep } from "./pacing.ts";
import { type Clocks, readClocks, Tenure } from "./tenure.ts";

export interface LeaseTiming {
	/** Whole seconds. Others wait this long without a sign of life before they take the lease. */
	readonly seconds: number;
	/** After so long without a renewal its holder stops; what is missing to `seconds` is for ending its work. */
	readonly giveUpMs: number;
	readonly renewEveryMs: number;
	readonly tryEveryMs: number;
	/** of one call; several must fit into `giveUpMs` */
	readonly callMs: number;
}

export interface LeaseOptions {
	readonly namespace: string;
	readonly name: string;
	/** for people: who holds it; in a pod its name. Two programs of the same one do not share the lease. */
	readonly identity: string;
	readonly log: Log;
	readonly timing?: Partial<LeaseTiming>;
}

export interface HeldLease {
	/** whether this one leads now; true only as long as nobody else can */
	isLeading(): boolean;
	/** Stops leading, waits for `onLead` to end, then gives the lease back so that another need not wait. */
	close(): Promise<void>;
}

/**
 * @param signal aborts before another may begin to lead: from then on nothing may be changed any more
 * @param fenced refuses to change anything once another may lead, even in a program that was frozen and has not noticed
 */
export type Lead = (signal: AbortSignal, fenced: Connection) => Promise<void>;

/** As in Kubernetes' own programs. */
const TIMING: LeaseTiming = {
	seconds: 15,
	giveUpMs: 10_000,
	renewEveryMs: 2_000,
	tryEveryMs: 2_000,
	callMs: 3_000,
};

/**
 * Of all programs that want one lease, one leads.
 * @param onLead called whenever this one begins to lead. When it ends by itself or throws, the lease is given back and
 * sought anew.
 */
export function holdLease(
	connection: Connection,
	{ namespace, name, identity, log, timing }: LeaseOptions,
	onLead: Lead,
): HeldLease {
	const { seconds, giveUpMs, renewEveryMs, tryEveryMs, callMs } = { ...TIMING, ...timing };
	const claim: Claim = { namespace, name, holder: `${identity}_${randomUUID()}`, seconds };
	const calls = connection.with({ deadlineMs: callMs });
	const closing = new AbortController();
	let held: Tenure | undefined;
	const fenced = connection.with({ guard: refuseOthers });
	const ended = run();
	return {
		isLeading,
		async close() {
			closing.abort();
			await ended;
		},
	};

	function isLeading(): boolean {
		return held !== undefined && !held.isOver();
	}

	function refuseOthers(): void {
		if (!isLeading())
			throw new KubernetesError(0, "NotLeading", `the lease ${namespace}/${name} is not ours any more`);
	}

	async function run(): Promise<void> {
		while (!closing.signal.aborted) {
			const taken = await seek();
			if (taken === undefined) return;
			log.info({ lease: name, holder: claim.holder }, "leading");
			held = new Tenure(taken.askedAt, giveUpMs);
			const last = await lead(held, taken.lease);
			held = undefined;
			log.info({ lease: name, holder: claim.holder }, "no longer leading");
			if (last !== undefined) await giveBack(last);
			await sleep(jittered(tryEveryMs, 0.5), closing.signal);
		}
	}

	/** @returns undefined: closed before it was ours */
	async function seek(): Promise<Taken | undefined> {
		let seen: Observation | undefined;
		while (!closing.signal.aborted) {
			try {
				const found = await calls.get<Lease>(KINDS.lease, name, namespace);
				const now = performance.now();
				if (found === null) return await take(undefined);
				seen = observe(found, seen, now);
				// ours: taken by a call whose answer got lost
				const isOurs = found.spec?.holderIdentity === claim.holder;
				if (isOurs || isFree(found, seen, now, seconds)) return await take(found);
			} catch (error) {
				// a conflict: another was quicker
				if (!isStatus(error, 409)) log.warn({ err: error, lease: name }, "the lease cannot be asked for");
			}
			await sleep(jittered(tryEveryMs, 0.5), closing.signal);
		}
		return undefined;
	}

	async function take(found: Lease | undefined): Promise<Taken> {
		const askedAt = readClocks();
		const object = claimed(claim, found, new Date());
		const lease =
			found === undefined
				? await calls.create<Lease>(KINDS.lease, object)
				: await calls.replace<Lease>(KINDS.lease, object);
		return { lease, askedAt };
	}

	/** @returns the lease as it was last known to be ours; undefined: it is not */
	async function lead(tenure: Tenure, first: Lease): Promise<Lease | undefined> {
		const stopping = new AbortController();
		const stop = () => tenure.end();
		closing.signal.addEventListener("abort", stop, { once: true });
		if (closing.signal.aborted) stop();
		// While onLead winds up after `close()` the lease is still renewed, so that nobody else begins meanwhile.
		const renewing = renew(tenure, first, stopping.signal);
		try {
			await onLead(tenure.signal, fenced);
			if (!tenure.signal.aborted) log.warn({ lease: name }, "leading ended by itself");
		} catch (error) {
			log.error({ err: error, lease: name }, "leading failed");
		}
		tenure.end();
		stopping.abort();
		closing.signal.removeEventListener("abort", stop);
		return renewing.finally(() => tenure.dispose());
	}

	/** @returns as `lead` */
	async function renew(tenure: Tenure, first: Lease, stopping: AbortSignal): Promise<Lease | undefined> {
		let lease: Lease = first;
		while (!stopping.aborted) {
			await sleep(tenure.hasFailed ? renewEveryMs / 4 : renewEveryMs, stopping);
			if (stopping.aborted) break;
			if (tenure.isOver()) return undefined;
			try {
				const taken = await take(lease);
				lease = taken.lease;
				tenure.extend(taken.askedAt);
			} catch (error) {
				log.warn({ err: error, lease: name }, "the lease was not renewed");
				tenure.hasFailed = true;
				if (isStatus(error, 404)) return tenure.expire();
				if (!isStatus(error, 409)) continue;
				const found = await calls.get<Lease>(KINDS.lease, name, namespace).catch(() => undefined);
				if (found === undefined) continue;
				if (found?.spec?.holderIdentity !== claim.holder) return tenure.expire();
				lease = found;
			}
		}
		return lease;
	}

	async function giveBack(lease: Lease): Promise<void> {
		try {
			await calls.replace(KINDS.lease, givenBack(lease, new Date()));
		} catch (error) {
			// then the others wait
			log.warn({ err: error, lease: name }, "the lease was not given back");
		}
	}
}

interface Taken {
	readonly lease: Lease;
	/** when it was asked for: others count from later than that */
	readonly askedAt: Clocks;
}
