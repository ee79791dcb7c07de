import { generate } from "selfsigned";

/** A certificate and its key, PEM. */
export interface Pair {
	cert: string;
	key: string;
}

/** A root of its own for a test. */
export async function makeRoot(): Promise<Pair> {
	const { cert, private: key } = await generate([{ name: "commonName", value: "Furnace test root" }], {
		keyType: "ec",
		algorithm: "sha256",
		extensions: [
			{ name: "basicConstraints", cA: true, critical: true },
			{ name: "keyUsage", keyCertSign: true, critical: true },
		],
	});
	return { cert, key };
}

/** A leaf for servers and clients alike, with these DNS names. */
export async function makeLeaf(root: Pair, names: readonly string[]): Promise<Pair> {
	const { cert, private: key } = await generate([{ name: "commonName", value: "leaf" }], {
		keyType: "ec",
		algorithm: "sha256",
		ca: { cert: root.cert, key: root.key },
		extensions: [
			{ name: "keyUsage", digitalSignature: true },
			{ name: "extKeyUsage", serverAuth: true, clientAuth: true },
			{ name: "subjectAltName", altNames: names.map((value) => ({ type: 2, value })) },
		],
	});
	return { cert, key };
}

/** Signed by itself, for where only its key or its fingerprint matters. */
export async function makeSelfSigned(commonName: string): Promise<Pair> {
	const { cert, private: key } = await generate([{ name: "commonName", value: commonName }], {
		keyType: "ec",
	});
	return { cert, key };
}
