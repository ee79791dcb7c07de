import type { FastifyInstance } from "fastify";
import type { Logger } from "pino";
import { PORTS } from "../contract/names.ts";
import { constantFacts } from "../server/admission/facts.ts";
import { buildAdmission } from "../server/admission-app.ts";
import { loopbackCertificate } from "./certificate.ts";
import type { EmbeddedConfig } from "./config.ts";
import { version } from "./version.ts";

/**
 * The admission webhook as a cluster would have it, so that injection can be tried with curl: POST /mutate over TLS with a
 * certificate of its own. No cluster stands behind it: what it would look up there is given.
 */
export async function buildLocalAdmission(config: EmbeddedConfig, log: Logger): Promise<FastifyInstance> {
	const tls = await loopbackCertificate();
	const facts = constantFacts({
		image: "localhost/furnace-sidecar:dev",
		imageProven: true,
		version,
		privilege: "privileged",
		ca: tls.cert,
		serverUrl: `https://furnace-server-replicas.furnace.svc:${PORTS.server}`,
		maxDurationSeconds: config.maxDurationSeconds,
		namespace: "furnace",
		kubernetes: { major: 1, minor: 34 },
	});
	return buildAdmission({ tls, logger: log, facts });
}
