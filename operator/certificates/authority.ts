import type { X509Certificate } from "node:crypto";
import { type Static, Type } from "typebox";
import { Value } from "typebox/value";
import { crossSign, makeRoot } from "./make.ts";
import { belongTogether, isSignedBy, readCertificate, spentLife } from "./read.ts";

/** One root. */
const Root = Type.Object({
	cert: Type.String(),
	/** absent: it was lost, or is not needed any more */
	key: Type.Optional(Type.String()),
	/** the same root signed by the one before it, for those who trust only that one; PEM */
	cross: Type.Optional(Type.String()),
	/** when it was made: from then on it is in every bundle */
	introduced: Type.String(),
	/** since when leaves come from it; absent: not yet, everybody shall hear of it first */
	promoted: Type.Optional(Type.String()),
});
export type Root = Static<typeof Root>;

/** What the operator keeps in its Secret. */
const Authority = Type.Object({
	/** newest first, at least one */
	roots: Type.Array(Root, { minItems: 1 }),
	/** the rotation annotation's value that was heeded last */
	rotated: Type.String(),
	/** leaves made before this time are to be renewed */
	renewBefore: Type.String(),
});
export type Authority = Static<typeof Authority>;

/** Three generations: one being introduced, one in use, one that old pods still trust. */
const MAX_ROOTS = 3;

/**
 * @param text as `writeAuthority` made it
 * @returns only roots that hold; undefined: the newest has no key, nothing can be signed
 */
export function readAuthority(text: string | undefined, now: Date): Authority | undefined {
	const parsed = parse(text);
	if (!Value.Check(Authority, parsed)) return undefined;
	const roots = parsed.roots.filter((root) => holds(root, now));
	return roots[0]?.key === undefined ? undefined : { ...parsed, roots };
}

export function writeAuthority(authority: Authority): string {
	return JSON.stringify(authority, null, "\t");
}

/** PEM of everything that is trusted, newest first. */
export function bundleOf({ roots }: Authority): string {
	return roots.map(({ cert }) => cert).join("");
}

/** The root from which leaves come now. */
export function issuerOf({ roots }: Authority): Root {
	return (roots.find(({ promoted }) => promoted !== undefined) ?? roots[0]) as Root;
}

/** What a leaf of this issuer is sent with, so that those who trust only older roots accept it; PEM, may be empty. */
export function crossesFor(authority: Authority): string {
	const from = authority.roots.indexOf(issuerOf(authority));
	const chain: string[] = [];
	for (const [index, { cross }] of authority.roots.entries()) {
		if (index < from) continue;
		// the one that signed it is gone: nobody is helped any more
		if (cross === undefined || index + 1 >= authority.roots.length) break;
		chain.push(cross);
	}
	return chain.join("");
}

/**
 * Begins anew, for instance because the Secret is gone.
 * @param trusted PEM of roots that servers and pods may still rely on; their keys are lost
 */
export async function newAuthority(
	now: Date,
	{ trusted, rotated }: { trusted: readonly string[]; rotated: string },
): Promise<Authority> {
	const root = await makeRoot(now);
	const older = trusted.filter((cert) => isRoot(readCertificate(cert), now)).slice(0, MAX_ROOTS - 1);
	const since = now.toISOString();
	return {
		renewBefore: since,
		roots: [
			{ ...root, introduced: since, ...(older.length === 0 ? { promoted: since } : {}) },
			...older.map((cert) => ({ cert, introduced: since, promoted: since })),
		],
		rotated,
	};
}

/** With a new root that everybody is told of and that signs nothing yet. */
export async function introduceRoot(authority: Authority, now: Date): Promise<Authority> {
	const root = await makeRoot(now);
	const { cert, key } = issuerOf(authority);
	const cross = key === undefined ? {} : { cross: await crossSign(root, { cert, key }) };
	const since = now.toISOString();
	const roots = [{ ...root, ...cross, introduced: since }, ...authority.roots].slice(0, MAX_ROOTS);
	// a server that shows a leaf made from now on has the bundle that came with it
	return { ...authority, roots, renewBefore: since };
}

/** From now on leaves come from the newest; the others' keys are forgotten. */
export function promoteNewest(authority: Authority, now: Date): Authority {
	const [newest, ...older] = authority.roots as [Root, ...Root[]];
	const withoutKeys = older.map(({ key: _forgotten, ...root }) => ({
		...root,
		promoted: root.promoted ?? root.introduced,
	}));
	return { ...authority, roots: [{ ...newest, promoted: now.toISOString() }, ...withoutKeys] };
}

export function newestOf({ roots }: Authority): Root {
	return roots[0] as Root;
}

/** Whether there is a root that everybody shall hear of before it signs anything. */
export function isIntroducing(authority: Authority): boolean {
	return newestOf(authority).promoted === undefined;
}

function parse(text: string | undefined): unknown {
	try {
		return JSON.parse(text ?? "");
	} catch {
		return undefined;
	}
}

function holds({ cert, key }: Root, now: Date): boolean {
	const certificate = readCertificate(cert);
	return (
		isRoot(certificate, now) && (key === undefined || belongTogether(certificate as X509Certificate, key))
	);
}

function isRoot(certificate: X509Certificate | undefined, now: Date): boolean {
	if (certificate === undefined || !certificate.ca || spentLife(certificate, now) >= 1) return false;
	return isSignedBy(certificate, certificate);
}
