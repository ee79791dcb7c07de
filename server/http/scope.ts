import type { FastifyInstance } from "fastify";

/** Fills a scope of its own: the hooks and parsers that are added there hold for its routes alone. */
export async function inScope(
	app: FastifyInstance,
	fill: (scope: FastifyInstance) => Promise<void>,
): Promise<void> {
	await app.register((scope, _options, done) => {
		fill(scope).then(() => done(), done);
	});
}
