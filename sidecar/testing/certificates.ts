import { isIP } from "node:net";
import { generate } from "selfsigned";

/** A certificate with its key, PEM. */
export interface TestCertificate {
	readonly cert: string;
	readonly key: string;
}

/** A root that certificates of a test come from. */
export async function makeRoot(name = "root"): Promise<TestCertificate> {
	const { cert, private: key } = await generate([{ name: "commonName", value: name }], {
		keyType: "ec",
		algorithm: "sha256",
		extensions: [
			{ name: "basicConstraints", cA: true, critical: true },
			{ name: "keyUsage", keyCertSign: true, critical: true },
		],
	});
	return { cert, key };
}

export interface LeafOptions {
	/** alternative names and addresses */
	readonly names: readonly string[];
	/** default: the first name */
	readonly commonName?: string;
	/** default: signed by itself */
	readonly root?: TestCertificate;
	/** default: in a day */
	readonly until?: Date;
}

const DAY_MILLISECONDS = 86_400_000;

/** A certificate as a Furnace server has it: for both ends of a connection. */
export async function makeLeaf({
	names,
	root,
	until,
	commonName = names[0],
}: LeafOptions): Promise<TestCertificate> {
	const altNames = names.map((name) =>
		isIP(name) === 0 ? { type: 2 as const, value: name } : { type: 7 as const, ip: name },
	);
	const { cert, private: key } = await generate([{ name: "commonName", value: commonName }], {
		keyType: "ec",
		algorithm: "sha256",
		notBeforeDate: new Date(Date.now() - 2 * DAY_MILLISECONDS),
		notAfterDate: until ?? new Date(Date.now() + DAY_MILLISECONDS),
		extensions: [
			{ name: "basicConstraints", cA: false },
			{ name: "keyUsage", digitalSignature: true },
			{ name: "extKeyUsage", serverAuth: true, clientAuth: true },
			{ name: "subjectAltName", altNames },
		],
		...(root === undefined ? {} : { ca: { cert: root.cert, key: root.key } }),
	});
	return { cert, key };
}
