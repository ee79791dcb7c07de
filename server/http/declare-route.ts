import type { FastifyInstance, FastifyReply, FastifyRequest, RouteShorthandOptions } from "fastify";
import type { BodyOf, ParamsOf, QueryOf, ResponseOf, Route } from "../../contract/route.ts";
import { schemaOf } from "./schemas.ts";

/** What a handler is given: validated by the route's schemas and typed by them. */
export interface Call<R extends Route> {
	params: ParamsOf<R>;
	query: QueryOf<R>;
	body: BodyOf<R>;
	request: FastifyRequest;
	reply: FastifyReply;
}

/** Registers one route of the contract: its schema validates, documents and types. A handler that streams returns the reply. */
export function declareRoute<const R extends Route>(
	app: FastifyInstance,
	route: R,
	handler: (call: Call<R>) => Promise<ResponseOf<R> | FastifyReply>,
	options: RouteShorthandOptions = {},
): void {
	app.route({
		...options,
		method: route.method,
		url: route.path,
		schema: schemaOf(route),
		handler: (request, reply) => {
			reply.code(route.status);
			const call = { params: request.params, query: request.query, body: request.body, request, reply };
			return handler(call as Call<R>);
		},
	});
}
