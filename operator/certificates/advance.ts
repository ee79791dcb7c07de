import { X509Certificate } from "node:crypto";
import {
	type Authority,
	bundleOf,
	introduceRoot,
	isIntroducing,
	issuerOf,
	newAuthority,
	newestOf,
	promoteNewest,
} from "./authority.ts";
import { leafMayStay, newLeaf, RENEW_AFTER, type ServedTls, usableLeaf, withChain } from "./leaf.ts";
import { certificatesIn, isSignedBy, readCertificate, spentLife } from "./read.ts";

/** All that is known when certificates are looked after. */
export interface CertificateFacts {
	readonly namespace: string;
	/** undefined: there is none that could sign */
	readonly authority: Authority | undefined;
	/** what stands in the servers' Secret; undefined: nothing */
	readonly tls: ServedTls | undefined;
	/** PEM, in the webhook configuration; undefined: there is none */
	readonly caBundle: string | undefined;
	/** the annotation of the Furnace; empty: none */
	readonly rotate: string;
	readonly now: Date;
	/** how long everybody gets to hear of a new root before it signs anything */
	readonly overlapMs: number;
}

/** What only the cluster can tell, asked when it matters. */
export interface CertificateQuestions {
	/** whether all servers show this certificate by now */
	everyServerShows(leaf: X509Certificate): Promise<boolean>;
	/** whether pods that were injected before this time still run */
	oldPodsRun(before: Date): Promise<boolean>;
}

export interface Certificates {
	readonly authority: Authority;
	readonly tls: ServedTls;
	readonly rotation: "Settled" | "Introducing" | "Overlapping";
}

type Leaf = X509Certificate | undefined;

/** An older root stays trusted at least so long after the newer one took over. */
const MIN_TRUST_MS = 3_600_000;
/** A server that cannot be asked holds up a rotation for so many overlaps; the chain also convinces those who know the older root only. */
const PATIENCE = 3;

/**
 * The next state of roots and leaf; the same again where there is no reason to change anything.
 * The order in which its result is written matters: authority, then every bundle, then chain and key. So a leaf only
 * ever comes from a root that was in the webhook's bundle before.
 */
export async function advanceCertificates(
	facts: CertificateFacts,
	questions: CertificateQuestions,
): Promise<Certificates> {
	let authority = facts.authority ?? (await beginAnew(facts));
	const leaf = usableLeaf(facts.tls, authority, facts.now);
	authority = await heedRotation(authority, facts);
	if (isIntroducing(authority)) authority = await promoteIfDue(authority, leaf, facts, questions);
	else authority = await retireIfDue(authority, leaf, facts, questions);
	return { authority, tls: await serve(authority, leaf, facts), rotation: rotationOf(authority) };
}

/**
 * What servers show and API servers trust now goes on being trusted, though its key is lost: above all the root of the
 * leaf that is served, as no more than a few are kept.
 */
function beginAnew({ tls, caBundle, rotate, now }: CertificateFacts): Promise<Authority> {
	const known = [...new Set([...certificatesIn(tls?.bundle), ...certificatesIn(caBundle)])];
	const leaf = readCertificate(certificatesIn(tls?.chain)[0]);
	const signed = (root: string) => leaf !== undefined && isSignedBy(leaf, new X509Certificate(root));
	const trusted = [...known.filter(signed), ...known.filter((root) => !signed(root))];
	return newAuthority(now, { trusted, rotated: rotate });
}

/** A new root when the newest has lived long enough, or on demand; on demand also just a new leaf. */
async function heedRotation(authority: Authority, { rotate, now }: CertificateFacts): Promise<Authority> {
	const demanded = rotate !== "" && rotate !== authority.rotated;
	const heeded = demanded ? { ...authority, rotated: rotate, renewBefore: now.toISOString() } : authority;
	const isOld = spentLife(new X509Certificate(newestOf(authority).cert), now) >= RENEW_AFTER;
	const wantsRoot = isOld || (demanded && rotate.startsWith("root"));
	return wantsRoot && !isIntroducing(authority) ? introduceRoot(heeded, now) : heeded;
}

async function promoteIfDue(
	authority: Authority,
	leaf: Leaf,
	{ tls, caBundle, now, overlapMs }: CertificateFacts,
	{ everyServerShows }: CertificateQuestions,
): Promise<Authority> {
	// nothing that works would be broken
	if (leaf === undefined && issuerOf(authority).key === undefined) return promoteNewest(authority, now);
	const { cert, introduced } = newestOf(authority);
	const known = (bundle: string | undefined) => bundle === undefined || bundle.includes(cert);
	const sinceMs = now.getTime() - new Date(introduced).getTime();
	if (leaf === undefined || sinceMs < overlapMs || !known(caBundle) || !known(tls?.bundle)) return authority;
	const trustedByAll = (await everyServerShows(leaf)) || sinceMs >= PATIENCE * overlapMs;
	return trustedByAll ? promoteNewest(authority, now) : authority;
}

/** The oldest goes when nobody shows a leaf of it and no pod trusts it alone; one that expired is gone already. */
async function retireIfDue(
	authority: Authority,
	leaf: Leaf,
	{ now, overlapMs }: CertificateFacts,
	{ everyServerShows, oldPodsRun }: CertificateQuestions,
): Promise<Authority> {
	const successor = authority.roots.at(-2);
	if (successor?.promoted === undefined || leaf === undefined) return authority;
	const sinceMs = now.getTime() - new Date(successor.promoted).getTime();
	if (sinceMs < Math.max(MIN_TRUST_MS, overlapMs)) return authority;
	if (!(await everyServerShows(leaf)) || (await oldPodsRun(new Date(successor.introduced)))) return authority;
	return { ...authority, roots: authority.roots.slice(0, -1) };
}

async function serve(
	authority: Authority,
	leaf: Leaf,
	{ tls, namespace, now }: CertificateFacts,
): Promise<ServedTls> {
	const bundle = bundleOf(authority);
	const mustStay = issuerOf(authority).key === undefined;
	if (
		leaf === undefined ||
		tls === undefined ||
		!(mustStay || leafMayStay(leaf, { authority, namespace, now }))
	)
		return withChain(await newLeaf(authority, namespace, now), authority, bundle);
	return withChain({ cert: certificatesIn(tls.chain)[0] as string, key: tls.key }, authority, bundle);
}

function rotationOf(authority: Authority): Certificates["rotation"] {
	if (isIntroducing(authority)) return "Introducing";
	return authority.roots.length > 1 ? "Overlapping" : "Settled";
}
