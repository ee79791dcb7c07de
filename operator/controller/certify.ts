import type { X509Certificate } from "node:crypto";
import { ANNOTATION_ROTATE } from "../../contract/furnace-resource.ts";
import { OBJECTS, PORTS } from "../../contract/names.ts";
import { KINDS } from "../../kubernetes/kinds.ts";
import { advanceCertificates, type Certificates } from "../certificates/advance.ts";
import { readAuthority } from "../certificates/authority.ts";
import type { Furnace } from "../furnace.ts";
import { isServer } from "../objects/labels.ts";
import { authorityTextIn, caBundleIn, tlsIn } from "../objects/secrets.ts";
import type { Pod } from "../pod.ts";
import type { Surroundings } from "./surroundings.ts";

/**
 * What certificates are to be now. Secrets are read afresh: making a key anew because a copy lags behind would change
 * the certificate twice.
 */
export async function certify(
	{ connection, config, watches, now, shownCertificate, oldPodsRun }: Surroundings,
	furnace: Furnace,
	pods: readonly Pod[],
): Promise<Certificates> {
	const { namespace, annotations } = furnace.metadata;
	const [authority, tls] = await Promise.all(
		[OBJECTS.authority, OBJECTS.serverTls].map((name) => connection.get(KINDS.secret, name, namespace)),
	);
	const configuration = watches.get({ kind: KINDS.mutatingWebhookConfiguration, name: OBJECTS.webhook });
	return advanceCertificates(
		{
			namespace,
			authority: readAuthority(authorityTextIn(authority ?? null), now()),
			tls: tlsIn(tls ?? null),
			caBundle: caBundleIn(configuration),
			rotate: annotations?.[ANNOTATION_ROTATE] ?? "",
			now: now(),
			overlapMs: config.overlapMs,
		},
		{ everyServerShows: (leaf) => everyServerShows(leaf, pods, shownCertificate), oldPodsRun },
	);
}

async function everyServerShows(
	leaf: X509Certificate,
	pods: readonly Pod[],
	shownCertificate: Surroundings["shownCertificate"],
): Promise<boolean> {
	const addresses = pods
		.filter(isServer)
		.flatMap(({ status }) => (status?.phase === "Running" ? (status.podIP ?? []) : []));
	const shown = await Promise.all(addresses.map((host) => shownCertificate(host, PORTS.admission)));
	return shown.every((fingerprint) => fingerprint === leaf.fingerprint256);
}
