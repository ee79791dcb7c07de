import { randomBytes } from "node:crypto";
import { generate } from "selfsigned";
import { INSTALLATION_KEY, type Installation } from "../../../contract/installation.ts";
import { OBJECTS, serverName } from "../../../contract/names.ts";
import type { Pair } from "../../../server/testing/certificates.ts";
import type { Shell } from "../../cluster/shell.ts";
import { apply } from "../workloads.ts";

/** What the operator would put into the servers' Secret. */
export interface ServerTls extends Pair {
	ca: string;
}

/** Each has a name of its own: of two with the same name OpenSSL tries but one. */
export async function makeRoot(): Promise<Pair> {
	return certificate(`furnace-test-root-${randomBytes(4).toString("hex")}`, [
		{ name: "basicConstraints", cA: true, critical: true },
		{ name: "keyUsage", keyCertSign: true, cRLSign: true, digitalSignature: true, critical: true },
	]);
}

/** @param older roots that are still trusted besides the one that signs */
export async function makeServerTls(namespace: string, root: Pair, ...older: Pair[]): Promise<ServerTls> {
	const extensions = [
		{ name: "extKeyUsage" as const, serverAuth: true, clientAuth: true },
		{ name: "subjectAltName" as const, altNames: [{ type: 2 as const, value: serverName(namespace) }] },
	];
	const leaf = await certificate("furnace-server", extensions, root);
	return { ...leaf, ca: [root, ...older].map(({ cert }) => `${cert.trim()}\n`).join("") };
}

type Extensions = NonNullable<NonNullable<Parameters<typeof generate>[1]>["extensions"]>;

async function certificate(name: string, extensions: Extensions, issuer?: Pair): Promise<Pair> {
	const made = await generate([{ name: "commonName", value: name }], {
		keyType: "ec",
		algorithm: "sha256",
		extensions,
		...(issuer === undefined ? {} : { ca: { cert: issuer.cert, key: issuer.key } }),
	});
	return { cert: made.cert, key: made.private };
}

export function installationOf(namespace: string, ca: string): Installation {
	return {
		image: "localhost/furnace-test-sidecar:1",
		imagePullPolicy: "Never",
		imageProven: true,
		version: "0.0.0-test",
		privilege: "capabilities",
		ca,
		serverUrl: `https://${serverName(namespace)}:8080`,
		maxDurationSeconds: 3600,
		namespace,
		kubernetes: { major: 1, minor: 34 },
	};
}

/** Does the operator's part: both objects that servers read. */
export async function applySettings(
	shell: Shell,
	namespace: string,
	{ tls, installation }: { tls?: ServerTls; installation?: Installation | string },
): Promise<void> {
	const objects: object[] = [];
	if (tls !== undefined) {
		objects.push({
			apiVersion: "v1",
			kind: "Secret",
			metadata: { name: OBJECTS.serverTls, namespace },
			stringData: { "tls.crt": tls.cert, "tls.key": tls.key, "ca.crt": tls.ca },
		});
	}
	if (installation !== undefined) {
		const text = typeof installation === "string" ? installation : JSON.stringify(installation);
		objects.push({
			apiVersion: "v1",
			kind: "ConfigMap",
			metadata: { name: OBJECTS.installation, namespace },
			data: { [INSTALLATION_KEY]: text },
		});
	}
	await apply(shell, ...objects);
}
