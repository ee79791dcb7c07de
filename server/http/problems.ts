import { STATUS_CODES } from "node:http";
import type { Socket } from "node:net";
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { PROBLEM_MEDIA_TYPE, ProblemError, toProblem } from "../../contract/problem.ts";
import { PROBLEMS, type ProblemCode } from "../../contract/problem-codes.ts";

/** Fastify's and Node's own error codes that have a problem of ours; other errors go by their status. */
const CODES: Readonly<Record<string, ProblemCode>> = {
	FST_ERR_CTP_BODY_TOO_LARGE: "too-large",
	FST_ERR_CTP_INVALID_MEDIA_TYPE: "unsupported-media-type",
	FST_ERR_MAX_PARAM_LENGTH: "not-found",
	FST_STATIC_FORBIDDEN_PATH: "not-found",
	ERR_HTTP_REQUEST_TIMEOUT: "request-timeout",
	HPE_HEADER_OVERFLOW: "headers-too-large",
};

const CODES_BY_STATUS: Readonly<Record<number, ProblemCode>> = {
	400: "invalid-request",
	401: "unauthenticated",
	403: "forbidden",
	404: "not-found",
	405: "method-not-allowed",
	408: "request-timeout",
	413: "too-large",
	414: "not-found",
	415: "unsupported-media-type",
	429: "too-many-requests",
};

/** Answers every error of the app, whoever threw it, as problem details. Messages of our own faults stay in the log. */
export function answerProblems(app: FastifyInstance): void {
	app.setErrorHandler((error: FastifyError, request, reply) => {
		const problem = asProblemError(error);
		logProblem(request, problem, error);
		return sendProblem(request, reply, problem);
	});
}

export function sendProblem(request: FastifyRequest, reply: FastifyReply, error: ProblemError): FastifyReply {
	return (
		reply
			.code(error.status)
			.header("cache-control", "no-store")
			.type(PROBLEM_MEDIA_TYPE)
			// serialised here: a route's response schemas speak of its own answers
			.serializer((payload: unknown) => JSON.stringify(payload))
			.send(toProblem(error, request.id))
	);
}

/** The problem that tells the caller about any thrown thing. */
export function asProblemError(error: unknown): ProblemError {
	if (error instanceof ProblemError) return error;
	const { validation, code, statusCode, message } = error as Partial<FastifyError>;
	if (validation !== undefined) return validationProblem(error as FastifyError);
	const known = CODES[code ?? ""] ?? CODES_BY_STATUS[statusCode ?? 500];
	if (known === undefined) return new ProblemError("internal", undefined, { cause: error });
	return new ProblemError(known, known === "not-found" ? undefined : message, { cause: error });
}

function validationProblem(error: FastifyError): ProblemError {
	const where = error.validationContext ?? "request";
	const errors = (error.validation ?? []).map(({ instancePath, message, params }) => {
		const extra = params.additionalProperty ?? params.missingProperty;
		const path = `${instancePath}${typeof extra === "string" ? `/${extra}` : ""}`;
		return { field: `${where}${path}`, message: message ?? "is not valid" };
	});
	const detail = errors.map(({ field, message }) => `${field}: ${message}`).join("; ");
	return new ProblemError("invalid-request", detail, { errors, cause: error });
}

function logProblem(request: FastifyRequest, problem: ProblemError, error: unknown): void {
	const fields = { code: problem.code, err: error };
	// what asks for readiness asks every few seconds, and hears why not
	if (problem.status >= 500 && problem.code !== "not-ready") request.log.error(fields, "request failed");
	else request.log.debug(fields, "request refused");
}

/** For Node's `clientError`: what is not even HTTP still gets problem details, then the connection ends. */
export function answerClientError(error: Error & { code?: string }, socket: Socket): void {
	if (error.code === "ECONNRESET" || socket.destroyed) return;
	const code = CODES[error.code ?? ""] ?? "invalid-request";
	const { status } = PROBLEMS[code];
	const body = JSON.stringify(toProblem(new ProblemError(code)));
	if (socket.writable) {
		socket.write(
			`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nContent-Type: ${PROBLEM_MEDIA_TYPE}\r\n` +
				`X-Content-Type-Options: nosniff\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
		);
	}
	socket.destroySoon();
}
