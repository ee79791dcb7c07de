import { X509Certificate } from "node:crypto";
import { connect, type PeerCertificate } from "node:tls";
import { ANNOTATION_ROTATE } from "../../../contract/furnace-resource.ts";
import { OBJECTS, PORTS } from "../../../contract/names.ts";
import type { Shell } from "../../cluster/shell.ts";
import { eventually } from "../../e2e/furnace.ts";
import { FURNACE_NAMESPACE } from "../installation.ts";
import { FURNACE } from "../settings.ts";
import { forwardPort } from "./port-forward.ts";
import { serverPods } from "./servers.ts";

const ROTATION_SECONDS = 240;

/** The Secret of the servers. */
interface ServerTls {
	leaf: X509Certificate;
	/** trusted now, newest first */
	roots: X509Certificate[];
}

/**
 * Has the operator make a new certificate, or a new root and a certificate by it, and waits until every server shows it.
 * Nothing is restarted for it: the caller sees to that.
 */
export async function rotate(shell: Shell, what: "leaf" | "root"): Promise<void> {
	const before = await readServerTls(shell);
	const wish = `${ANNOTATION_ROTATE}=${what}-${Date.now()}`;
	await shell.kubectl(["annotate", ...FURNACE, "-n", FURNACE_NAMESPACE, "--overwrite", wish]);
	const { leaf } = await eventually(
		`a new ${what}`,
		async () => {
			const now = await readServerTls(shell);
			return isRotated(what, before, now) ? now : undefined;
		},
		ROTATION_SECONDS,
	);
	for (const server of await serverPods(shell)) {
		await eventually(`${server} shows the new certificate`, async () => {
			const shown = await shownCertificate(shell, server);
			return shown.fingerprint256 === leaf.fingerprint256;
		});
	}
}

function isRotated(what: "leaf" | "root", before: ServerTls, now: ServerTls): boolean {
	if (now.leaf.fingerprint256 === before.leaf.fingerprint256) return false;
	const [newest] = now.roots;
	if (newest === undefined) return false;
	const isNewRoot = newest.fingerprint256 !== before.roots[0]?.fingerprint256;
	return isNewRoot === (what === "root") && now.leaf.verify(newest.publicKey);
}

async function readServerTls(shell: Shell): Promise<ServerTls> {
	const path = ["get", "secret", OBJECTS.serverTls, "-n", FURNACE_NAMESPACE, "-o", "json"];
	const { data } = JSON.parse(await shell.kubectl(path)) as { data: Record<string, string> };
	const [leaf] = certificatesIn(data["tls.crt"]);
	if (leaf === undefined) throw new Error(`${OBJECTS.serverTls} has no certificate`);
	return { leaf, roots: certificatesIn(data["ca.crt"]) };
}

function certificatesIn(base64 = ""): X509Certificate[] {
	const pem = Buffer.from(base64, "base64").toString();
	const blocks = pem.match(/-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----/gs) ?? [];
	return blocks.map((block) => new X509Certificate(block));
}

/** What somebody who connects to this very server is shown. */
async function shownCertificate(shell: Shell, server: string): Promise<PeerCertificate> {
	const forward = await forwardPort(shell, FURNACE_NAMESPACE, `pod/${server}`, PORTS.server);
	try {
		return await new Promise((resolve, reject) => {
			const socket = connect({ host: "127.0.0.1", port: forward.port, rejectUnauthorized: false }, () => {
				resolve(socket.getPeerCertificate());
				socket.destroy();
			});
			socket.on("error", reject);
		});
	} finally {
		await forward.close();
	}
}
