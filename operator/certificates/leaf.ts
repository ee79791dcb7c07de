import { X509Certificate } from "node:crypto";
import { OBJECTS } from "../../contract/names.ts";
import { type Authority, crossesFor, issuerOf } from "./authority.ts";
import { type KeyPair, LEAF_BACKDATE_MS, makeLeaf } from "./make.ts";
import { belongTogether, certificatesIn, isSignedBy, readCertificate, spentLife } from "./read.ts";

/** A certificate is renewed when so much of its life is over. */
export const RENEW_AFTER = 2 / 3;

/** Contents of the servers' Secret, PEM. */
export interface ServedTls {
	/** the leaf, then what helps those who trust only older roots */
	readonly chain: string;
	readonly key: string;
	readonly bundle: string;
}

/** Every name under which servers are called, by people, agents, API servers and each other. */
export function namesOfServers(namespace: string): string[] {
	return [OBJECTS.server, OBJECTS.replicas].flatMap((name) =>
		["", `.${namespace}`, `.${namespace}.svc`, `.${namespace}.svc.cluster.local`].map(
			(end) => `${name}${end}`,
		),
	);
}

/** @returns the leaf that is served; undefined: none that a client with this bundle would accept */
export function usableLeaf(
	tls: ServedTls | undefined,
	authority: Authority,
	now: Date,
): X509Certificate | undefined {
	const leaf = readCertificate(certificatesIn(tls?.chain)[0]);
	if (leaf === undefined || !belongTogether(leaf, tls?.key) || spentLife(leaf, now) >= 1) return undefined;
	const issuers = authority.roots.map(({ cert }) => new X509Certificate(cert));
	return issuers.some((issuer) => isSignedBy(leaf, issuer)) ? leaf : undefined;
}

/** Whether the leaf that is served may stay: from the right root, with all names, young enough. */
export function leafMayStay(
	leaf: X509Certificate,
	{ authority, namespace, now }: { authority: Authority; namespace: string; now: Date },
): boolean {
	const issuer = new X509Certificate(issuerOf(authority).cert);
	const hasName = (name: string) => leaf.checkHost(name, { subject: "never" }) !== undefined;
	return (
		isSignedBy(leaf, issuer) &&
		namesOfServers(namespace).every(hasName) &&
		spentLife(leaf, now) < RENEW_AFTER &&
		!isOlderThan(leaf, authority.renewBefore)
	);
}

/** Certificates know whole seconds only: one of the very second counts as younger. */
function isOlderThan(leaf: X509Certificate, time: string): boolean {
	const made = leaf.validFromDate.getTime() + LEAF_BACKDATE_MS;
	return made + 999 < new Date(time).getTime();
}

export function withChain({ cert, key }: KeyPair, authority: Authority, bundle: string): ServedTls {
	return { chain: cert + crossesFor(authority), key, bundle };
}

/** @throws Error the issuing root's key is lost */
export async function newLeaf(authority: Authority, namespace: string, now: Date): Promise<KeyPair> {
	const { cert, key } = issuerOf(authority);
	if (key === undefined) throw new Error("the key of the root in use is lost");
	return makeLeaf({ cert, key }, namesOfServers(namespace), now);
}
