import { createPrivateKey, X509Certificate } from "node:crypto";
import { createSecureContext } from "node:tls";
import type { Change } from "../../kubernetes/change.ts";
import type { Log } from "../../kubernetes/log.ts";
import type { KubernetesObject } from "../../kubernetes/objects.ts";
import { rootsIn } from "./roots.ts";

/** The servers' certificate, its key and the roots that are trusted now; all PEM. */
export interface TlsMaterial {
	readonly cert: string;
	readonly key: string;
	readonly ca: string;
}

/** What stands in the Secret; empty where it has no such key. */
export function projectTls(object: KubernetesObject & { readonly data?: unknown }): TlsMaterial {
	const data = (object.data ?? {}) as Record<string, string>;
	const text = (name: string): string => Buffer.from(data[name] ?? "", "base64").toString("utf8");
	return { cert: text("tls.crt"), key: text("tls.key"), ca: text("ca.crt") };
}

export interface TlsReader {
	/** @returns undefined: none has been seen yet */
	current(): TlsMaterial | undefined;
	/** To be told of each change of the Secret. */
	secretChanged(change: Change<TlsMaterial>): void;
}

/**
 * Whatever becomes of the Secret, the last pair that fits together stays in use.
 * @param onNew called with each new one
 */
export function readTls(log: Pick<Log, "info" | "error">, onNew: (material: TlsMaterial) => void): TlsReader {
	let current: TlsMaterial | undefined;
	return {
		current: () => current,
		secretChanged({ type, object: material }) {
			if (type === "removed") {
				log.error("the Secret with the servers' certificate is gone; the one that is known stays in use");
				return;
			}
			if (isSame(material, current)) return;
			try {
				const certificate = checkTls(material);
				current = material;
				onNew(material);
				const { validTo, fingerprint256 } = certificate;
				log.info({ validTo, fingerprint256 }, "the servers' certificate is in use");
			} catch (err) {
				log.error({ err }, "the servers' new certificate cannot be used; the one that is known stays in use");
			}
		},
	};
}

function isSame(one: TlsMaterial, other: TlsMaterial | undefined): boolean {
	return one.cert === other?.cert && one.key === other.key && one.ca === other.ca;
}

/** @throws Error it cannot be read, or its parts do not belong together */
function checkTls({ cert, key, ca }: TlsMaterial): X509Certificate {
	// what listeners will make of it: the whole chain and all roots
	createSecureContext({ cert, key, ca });
	const certificate = new X509Certificate(cert);
	if (!certificate.checkPrivateKey(createPrivateKey(key)))
		throw new Error("tls.key is not the key of tls.crt");
	if (rootsIn(ca).length === 0) throw new Error("ca.crt has no certificate");
	return certificate;
}
