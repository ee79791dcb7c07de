import { OBJECTS } from "../../contract/names.ts";
import { KINDS } from "../../kubernetes/kinds.ts";
import type { KubernetesObject } from "../../kubernetes/objects.ts";
import { type Authority, writeAuthority } from "../certificates/authority.ts";
import type { ServedTls } from "../certificates/leaf.ts";
import { type Desired, type Installed, namespacedObject } from "./desired.ts";

export const AUTHORITY_KEY = "authority.json";
const TLS_KEYS = { chain: "tls.crt", key: "tls.key", bundle: "ca.crt" } as const;

interface Secret extends KubernetesObject {
	readonly data?: Readonly<Record<string, string>>;
}

/** Read by the operator alone: whoever has it can pose as a server. */
export function authoritySecret(installed: Installed, authority: Authority): Desired {
	return namespacedObject(installed, KINDS.secret, OBJECTS.authority, {
		type: "Opaque",
		data: { [AUTHORITY_KEY]: encode(writeAuthority(authority)) },
	});
}

export function tlsSecret(installed: Installed, tls: ServedTls): Desired {
	const data = Object.fromEntries(
		Object.entries(TLS_KEYS).map(([field, key]) => [key, encode(tls[field as keyof ServedTls])]),
	);
	return namespacedObject(installed, KINDS.secret, OBJECTS.serverTls, { type: "kubernetes.io/tls", data });
}

export function authorityTextIn(secret: KubernetesObject | null): string | undefined {
	return decode((secret as Secret | null)?.data?.[AUTHORITY_KEY]);
}

/** @returns undefined: something is missing */
export function tlsIn(secret: KubernetesObject | null): ServedTls | undefined {
	const { data } = (secret ?? {}) as Secret;
	const chain = decode(data?.[TLS_KEYS.chain]);
	const key = decode(data?.[TLS_KEYS.key]);
	return chain === undefined || key === undefined
		? undefined
		: { chain, key, bundle: decode(data?.[TLS_KEYS.bundle]) ?? "" };
}

/** @returns PEM in the first webhook; undefined: there is none */
export function caBundleIn(configuration: KubernetesObject | undefined): string | undefined {
	const { webhooks } = (configuration ?? {}) as {
		webhooks?: readonly { clientConfig?: { caBundle?: string } }[];
	};
	return webhooks?.[0] === undefined ? undefined : (decode(webhooks[0].clientConfig?.caBundle) ?? "");
}

function encode(text: string): string {
	return Buffer.from(text).toString("base64");
}

function decode(text: string | undefined): string | undefined {
	return text === undefined ? undefined : Buffer.from(text, "base64").toString();
}
