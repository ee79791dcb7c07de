import type { FastifyInstance } from "fastify";
import { createMutator, type MutatorOptions } from "./mutate.ts";
import { logFaultsOnly } from "./request-logger.ts";
import { parseJson } from "./review.ts";

/**
 * `POST /mutate`: AdmissionReview v1 in and out. The body is parsed and checked by hand and the answer sent as text:
 * schemas and serialisers would cost a fifth of what one server can admit.
 */
export async function admissionRoutes(app: FastifyInstance, options: MutatorOptions): Promise<void> {
	const mutate = createMutator(options);
	logFaultsOnly(app);
	app.removeAllContentTypeParsers();
	app.addContentTypeParser("application/json", { parseAs: "buffer" }, (_request, body, done) => {
		try {
			done(null, parseJson(body as Buffer));
		} catch (error) {
			done(error as Error);
		}
	});
	app.post("/mutate", (request, reply) => {
		reply.type("application/json; charset=utf-8").send(mutate(request.body));
	});
}
