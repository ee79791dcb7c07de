import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { PROBLEM_MEDIA_TYPE, ProblemError, toProblem } from "../../contract/problem.ts";
import type { ProblemCode } from "../../contract/problem-codes.ts";

/** Fastify's own refusals by status; any other is our mistake. */
const BY_STATUS: Readonly<Record<number, ProblemCode>> = {
	400: "invalid-request",
	404: "not-found",
	413: "too-large",
	414: "invalid-request",
	415: "unsupported-media-type",
};

/** Every error, and every address that is not served, is answered as problem details. */
export function registerProblems(app: FastifyInstance): void {
	app.setErrorHandler((error: FastifyError, request, reply) => {
		const problem = toProblemError(error);
		if (problem.status >= 500) request.log.error({ err: error }, "request failed");
		return sendProblem(problem, request, reply);
	});
	app.setNotFoundHandler((request, reply) => sendProblem(new ProblemError("not-found"), request, reply));
}

function sendProblem(problem: ProblemError, request: FastifyRequest, reply: FastifyReply): FastifyReply {
	return reply
		.code(problem.status)
		.type(PROBLEM_MEDIA_TYPE)
		.serializer((body: unknown) => JSON.stringify(body))
		.send(toProblem(problem, request.id));
}

function toProblemError(error: FastifyError): ProblemError {
	if (error instanceof ProblemError) return error;
	if (error.validation !== undefined) {
		const place = error.validationContext ?? "request";
		const errors = error.validation.map(({ instancePath, message }) => ({
			field: `${place}${instancePath}`,
			message: message ?? "is not valid",
		}));
		return new ProblemError("invalid-request", error.message, { cause: error, errors });
	}
	const code = BY_STATUS[error.statusCode ?? 500];
	// the message of a mistake of ours may say more than the caller should know
	return code === undefined
		? new ProblemError("internal", undefined, { cause: error })
		: new ProblemError(code, error.message, { cause: error });
}
