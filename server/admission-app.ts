import type { FastifyBaseLogger, FastifyInstance } from "fastify";
import { type InjectionFacts, nothingConfigured } from "./admission/facts.ts";
import type { AdmissionOutcome, SkipFact } from "./admission/mutate.ts";
import { admissionRoutes } from "./admission/routes.ts";
import { createBaseApp } from "./http/base-app.ts";
import { inScope } from "./http/scope.ts";
import { answerUnknownAddresses } from "./http/unknown-addresses.ts";

export interface AdmissionOptions {
	/** of the listener, PEM; API servers speak nothing but TLS */
	tls: { cert: string; key: string };
	/** what injection depends on: informers' caches in a cluster, `constantFacts()` elsewhere; absent: no pod is injected */
	facts?: InjectionFacts;
	/** told what became of each review, but for dry runs; for a counter */
	count?: (outcome: AdmissionOutcome) => void;
	/** told of each pod that asked for a sidecar and got none, after the answer; for an Event on the pod or its owner */
	onSkip?: (fact: SkipFact) => void;
	logger?: FastifyBaseLogger;
}

/** API servers send no more than this. */
const REVIEW_BYTES = 7 * 1024 * 1024;
/** A review must have arrived by then: the creation of a pod waits for it. The answer itself never waits for anything. */
const REVIEW_TIMEOUT_MS = 2_000;

/** The admission webhook, on a listener of its own: API servers reach it and nothing else. It never listens by itself. */
export async function buildAdmission(options: AdmissionOptions): Promise<FastifyInstance> {
	const { tls, logger, facts = nothingConfigured, count, onSkip } = options;
	const app = createBaseApp({ tls, logger, bodyBytes: REVIEW_BYTES, requestTimeoutMs: REVIEW_TIMEOUT_MS });
	answerUnknownAddresses(app, async () => false);
	app.get("/healthz", { logLevel: "warn" }, async () => ({ status: "ok" }));
	await inScope(app, (scope) =>
		admissionRoutes(scope, {
			facts,
			...(count === undefined ? {} : { count }),
			...(onSkip === undefined ? {} : { onSkip }),
			...(logger === undefined ? {} : { log: logger }),
		}),
	);
	return app;
}
