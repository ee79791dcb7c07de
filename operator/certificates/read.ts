import { createPrivateKey, X509Certificate } from "node:crypto";
import { certificateBlocks } from "../../contract/pem.ts";

/** @param text PEM, any number of certificates one after the other; what is none is left out */
export function certificatesIn(text: string | undefined): string[] {
	const blocks = certificateBlocks(text ?? "");
	return blocks.map((block) => `${block}\n`).filter((block) => readCertificate(block) !== undefined);
}

/** @returns undefined: it cannot be read */
export function readCertificate(cert: string | undefined): X509Certificate | undefined {
	if (cert === undefined) return undefined;
	try {
		return new X509Certificate(cert);
	} catch {
		return undefined;
	}
}

/** Whether this private key is the certificate's. */
export function belongTogether(certificate: X509Certificate, key: string | undefined): boolean {
	if (key === undefined) return false;
	try {
		return certificate.checkPrivateKey(createPrivateKey(key));
	} catch {
		return false;
	}
}

export function isSignedBy(certificate: X509Certificate, issuer: X509Certificate): boolean {
	return certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey);
}

/** @returns the part of its life that is over at this time; above 1: expired; below 0: not valid yet */
export function spentLife({ validFromDate, validToDate }: X509Certificate, now: Date): number {
	const from = validFromDate.getTime();
	return (now.getTime() - from) / (validToDate.getTime() - from);
}
