import { generateKeyPairSync } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { generate } from "selfsigned";
import { ADDRESSES, CLUSTER_DOMAIN } from "./config.ts";

/** A cluster lives for hours; a clock that was set while it ran shall not end it. */
const DAY_MS = 86_400_000;
const VALID_DAYS = 30;

/** The names under which pods and people reach the API server. */
const SERVER_NAMES = [
	"localhost",
	...["", ".default", ".default.svc", `.default.svc.${CLUSTER_DOMAIN}`].map((end) => `kubernetes${end}`),
];
const SERVER_ADDRESSES = ["127.0.0.1", ADDRESSES.node, ADDRESSES.apiService];

export interface Pki {
	ca: string;
	server: { cert: string; key: string };
	/** with which the API server calls the kubelet */
	kubeletClient: { cert: string; key: string };
	/** signs and checks ServiceAccounts' tokens */
	serviceAccounts: { privateKey: string; publicKey: string };
}

type Extensions = NonNullable<NonNullable<Parameters<typeof generate>[1]>["extensions"]>;
interface Issuer {
	cert: string;
	key: string;
}

/** Makes the cluster's certificates and keys in a folder. @returns their paths */
export async function makePki(folder: string): Promise<Pki> {
	mkdirSync(folder, { recursive: true, mode: 0o700 });
	const keep = (name: string, text: string): string => {
		writeFileSync(join(folder, name), text, { mode: 0o600 });
		return join(folder, name);
	};
	const ca = await certificate({ commonName: "furnace-test-cluster" }, [
		{ name: "basicConstraints", cA: true, critical: true },
		{ name: "keyUsage", keyCertSign: true, cRLSign: true, digitalSignature: true, critical: true },
	]);
	const server = await certificate({ commonName: "kube-apiserver" }, serverExtensions(), ca);
	const client = await certificate(
		{ commonName: "kube-apiserver-kubelet-client", organizationName: "system:masters" },
		[{ name: "extKeyUsage", clientAuth: true }],
		ca,
	);
	const { privateKey, publicKey } = generateKeyPairSync("ec", {
		namedCurve: "P-256",
		privateKeyEncoding: { type: "sec1", format: "pem" },
		publicKeyEncoding: { type: "spki", format: "pem" },
	});
	return {
		ca: keep("ca.crt", ca.cert),
		server: { cert: keep("server.crt", server.cert), key: keep("server.key", server.key) },
		kubeletClient: {
			cert: keep("kubelet-client.crt", client.cert),
			key: keep("kubelet-client.key", client.key),
		},
		serviceAccounts: {
			privateKey: keep("service-accounts.key", privateKey),
			publicKey: keep("service-accounts.pub", publicKey),
		},
	};
}

function serverExtensions(): Extensions {
	return [
		{ name: "extKeyUsage", serverAuth: true },
		{
			name: "subjectAltName",
			altNames: [
				...SERVER_NAMES.map((value) => ({ type: 2 as const, value })),
				...SERVER_ADDRESSES.map((ip) => ({ type: 7 as const, ip })),
			],
		},
	];
}

async function certificate(
	subject: Record<string, string>,
	extensions: Extensions,
	issuer?: Issuer,
): Promise<Issuer> {
	const attributes = Object.entries(subject).map(([name, value]) => ({ name, value }));
	const now = Date.now();
	const made = await generate(attributes, {
		keyType: "ec",
		algorithm: "sha256",
		notBeforeDate: new Date(now - DAY_MS),
		notAfterDate: new Date(now + VALID_DAYS * DAY_MS),
		extensions,
		...(issuer === undefined ? {} : { ca: { cert: issuer.cert, key: issuer.key } }),
	});
	return { cert: made.cert, key: made.private };
}
