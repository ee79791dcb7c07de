import { KINDS } from "./kinds.ts";
import type { KubernetesObject } from "./objects.ts";

/** A Lease of Kubernetes. Its times are for people: clocks differ, so nobody decides by them. */
export interface Lease extends KubernetesObject {
	readonly spec?: {
		/** empty: given back */
		readonly holderIdentity?: string;
		readonly leaseDurationSeconds?: number;
		readonly acquireTime?: string;
		readonly renewTime?: string;
		readonly leaseTransitions?: number;
	};
}

export interface Claim {
	readonly namespace: string;
	readonly name: string;
	readonly holder: string;
	readonly seconds: number;
}

/** @param found absent: there is none yet. @returns the lease as it is to be when we hold it */
export function claimed(claim: Claim, found: Lease | undefined, now: Date): object {
	const at = microTime(now);
	const spec = found?.spec ?? {};
	const isOurs = spec.holderIdentity === claim.holder;
	return {
		...(found ?? head(claim)),
		spec: {
			...spec,
			holderIdentity: claim.holder,
			leaseDurationSeconds: claim.seconds,
			acquireTime: isOurs ? (spec.acquireTime ?? at) : at,
			renewTime: at,
			leaseTransitions: (spec.leaseTransitions ?? 0) + (isOurs || found === undefined ? 0 : 1),
		},
	};
}

/** @returns the lease as it is to be when nobody holds it */
export function givenBack(found: Lease, now: Date): object {
	return {
		...found,
		spec: { ...found.spec, holderIdentity: "", leaseDurationSeconds: 1, renewTime: microTime(now) },
	};
}

/** What somebody who waits has seen of a lease: the same state since when, by their own clock. */
export interface Observation {
	readonly resourceVersion: string | undefined;
	/** ms, of a clock that is never set */
	readonly since: number;
}

export function observe(lease: Lease, last: Observation | undefined, now: number): Observation {
	const { resourceVersion } = lease.metadata;
	return last !== undefined && last.resourceVersion === resourceVersion
		? last
		: { resourceVersion, since: now };
}

/** May it be taken? When it was given back, or nobody has renewed it for as long as its holder promised to. */
export function isFree(lease: Lease, { since }: Observation, now: number, seconds: number): boolean {
	const { holderIdentity, leaseDurationSeconds = 0 } = lease.spec ?? {};
	if (holderIdentity === undefined || holderIdentity === "") return true;
	return now - since > Math.max(leaseDurationSeconds, seconds) * 1000;
}

function head({ namespace, name }: Claim) {
	return {
		apiVersion: KINDS.lease.apiVersion,
		kind: KINDS.lease.kind,
		metadata: { namespace, name },
	};
}

/** Leases have microseconds. */
function microTime(time: Date): string {
	return time.toISOString().replace("Z", "000Z");
}
