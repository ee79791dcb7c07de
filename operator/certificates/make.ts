import { createPublicKey, randomBytes, X509Certificate } from "node:crypto";
import { generate } from "selfsigned";

/** A certificate and its private key, PEM. */
export interface KeyPair {
	readonly cert: string;
	readonly key: string;
}

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
/** Clocks of other machines may be behind ours. */
export const LEAF_BACKDATE_MS = 60 * MINUTE_MS;
const ROOT_BACKDATE_MS = DAY_MS;
const LEAF_DAYS = 90;
const ROOT_DAYS = 3_650;

type Extensions = NonNullable<NonNullable<Parameters<typeof generate>[1]>["extensions"]>;

const OF_AUTHORITY: Extensions = [
	{ name: "basicConstraints", cA: true, critical: true },
	{ name: "keyUsage", keyCertSign: true, cRLSign: true, critical: true },
];

/** A new root. Its name is its own: OpenSSL looks issuers up by name, and of two that share one it may take the wrong. */
export async function makeRoot(now: Date): Promise<KeyPair> {
	return make(`furnace-root-${randomBytes(8).toString("hex")}`, OF_AUTHORITY, {
		notBeforeDate: new Date(now.getTime() - ROOT_BACKDATE_MS),
		notAfterDate: new Date(now.getTime() + ROOT_DAYS * DAY_MS),
	});
}

/**
 * A root as a certificate that an older one signed: who trusts only the older accepts leaves of the new one when this
 * is sent along.
 * @returns PEM
 */
export async function crossSign(root: KeyPair, older: KeyPair): Promise<string> {
	const subject = new X509Certificate(root.cert);
	const signer = new X509Certificate(older.cert);
	const { cert } = await make(subject.subject.replace("CN=", ""), OF_AUTHORITY, {
		notBeforeDate: subject.validFromDate,
		notAfterDate: signer.validToDate,
		ca: older,
		keyPair: {
			privateKey: root.key,
			publicKey: createPublicKey(root.key).export({ type: "spki", format: "pem" }).toString(),
		},
	});
	return cert;
}

/** A new key and certificate of the servers; it does not outlive what signs it. */
export async function makeLeaf(issuer: KeyPair, names: readonly string[], now: Date): Promise<KeyPair> {
	const notAfter = Math.min(
		now.getTime() + LEAF_DAYS * DAY_MS,
		new X509Certificate(issuer.cert).validToDate.getTime(),
	);
	const extensions: Extensions = [
		{ name: "basicConstraints", cA: false, critical: true },
		{ name: "keyUsage", digitalSignature: true, critical: true },
		{ name: "extKeyUsage", serverAuth: true, clientAuth: true },
		{ name: "subjectAltName", altNames: names.map((value) => ({ type: 2 as const, value })) },
	];
	return make("furnace-server", extensions, {
		notBeforeDate: new Date(now.getTime() - LEAF_BACKDATE_MS),
		notAfterDate: new Date(notAfter),
		ca: issuer,
	});
}

async function make(
	commonName: string,
	extensions: Extensions,
	options: {
		notBeforeDate: Date;
		notAfterDate: Date;
		ca?: KeyPair;
		keyPair?: { privateKey: string; publicKey: string };
	},
): Promise<KeyPair> {
	const { ca, ...rest } = options;
	const made = await generate([{ name: "commonName", value: commonName }], {
		keyType: "ec",
		algorithm: "sha256",
		extensions,
		...rest,
		...(ca === undefined ? {} : { ca: { cert: ca.cert, key: ca.key } }),
	});
	return { cert: pem(made.cert), key: pem(made.private) };
}

function pem(text: string): string {
	return `${text.trim()}\n`;
}
