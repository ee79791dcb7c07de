import { X509Certificate } from "node:crypto";
import { certificateBlocks } from "../../contract/pem.ts";

/** All pods of an installation are given the same few bundles. */
const BUNDLES = 64;

const known = new Map<string, readonly string[]>();

/** @returns fingerprints of the certificates in a PEM bundle; what is none is left out. The same list for the same text */
export function rootsIn(pem: string): readonly string[] {
	const remembered = known.get(pem);
	if (remembered !== undefined) return remembered;
	const fingerprints = certificateBlocks(pem).flatMap(fingerprintOf);
	if (known.size >= BUNDLES) known.clear();
	known.set(pem, fingerprints);
	return fingerprints;
}

function fingerprintOf(certificate: string): string[] {
	try {
		return [new X509Certificate(certificate).fingerprint256];
	} catch {
		return [];
	}
}

export function shareRoot(some: readonly string[], others: readonly string[]): boolean {
	return some.some((root) => others.includes(root));
}
