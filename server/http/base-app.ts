import { randomUUID } from "node:crypto";
import Fastify, { type FastifyBaseLogger, type FastifyInstance, type FastifyRequest } from "fastify";
import { HEADER_BYTES, HEADERS_TIMEOUT_MS, MAX_CONNECTIONS, PATH_PARAMETER_CHARACTERS } from "./limits.ts";
import { answerClientError, answerProblems, asProblemError, sendProblem } from "./problems.ts";

/** Of a listener, all PEM. */
export interface ListenerTls {
	cert: string;
	key: string;
	/** clients are asked for a certificate, and it is checked against these roots; nobody is turned away without one */
	ca?: string;
}

export interface BaseAppOptions {
	/** absent: plain HTTP */
	tls: ListenerTls | undefined;
	logger: FastifyBaseLogger | undefined;
	bodyBytes: number;
	requestTimeoutMs: number;
	/** asked where no hook runs: for addresses that cannot even be read; throws to refuse */
	admit?: (request: FastifyRequest) => void;
}

/** An app with this project's limits, request ids and problem details, without any route. */
export function createBaseApp(options: BaseAppOptions): FastifyInstance {
	const { tls, logger, admit } = options;
	const listener = { headersTimeout: HEADERS_TIMEOUT_MS, maxHeaderSize: HEADER_BYTES };
	const app = Fastify({
		...(tls === undefined
			? { http: listener }
			: {
					https: {
						...listener,
						...tls,
						...clientCertificates(tls),
						handshakeTimeout: HEADERS_TIMEOUT_MS,
					},
				}),
		...(logger === undefined ? {} : { loggerInstance: logger }),
		requestTimeout: options.requestTimeoutMs,
		bodyLimit: options.bodyBytes,
		// what is idle ends at once when the app closes
		forceCloseConnections: "idle",
		return503OnClosing: false,
		// ids come from here alone: one from outside could be forged in the log
		requestIdHeader: false,
		genReqId: () => randomUUID(),
		exposeHeadRoutes: false,
		routerOptions: { maxParamLength: PATH_PARAMETER_CHARACTERS },
		// a body is taken as it is or refused; nothing is removed from it or made to fit
		ajv: { customOptions: { removeAdditional: false, coerceTypes: false, allErrors: false } },
		clientErrorHandler: answerClientError,
		frameworkErrors: (error, request, reply) => {
			reply.header("x-content-type-options", "nosniff");
			const problem = refusal(request, admit) ?? asProblemError(error);
			void sendProblem(request, reply, problem);
		},
	}) as unknown as FastifyInstance;
	app.server.maxConnections = MAX_CONNECTIONS;
	// JSON alone; Fastify would take plain text as well
	app.removeContentTypeParser("text/plain");
	answerProblems(app);
	return app;
}

/** Whether a certificate was checked and found good is `socket.authorized`; the routes that need one look there. */
function clientCertificates({ ca }: ListenerTls): object {
	return ca === undefined ? {} : { requestCert: true, rejectUnauthorized: false };
}

function refusal(request: FastifyRequest, admit: BaseAppOptions["admit"]) {
	try {
		admit?.(request);
		return undefined;
	} catch (error) {
		return asProblemError(error);
	}
}
