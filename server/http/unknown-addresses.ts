import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { ProblemError } from "../../contract/problem.ts";

interface KnownRoute {
	methods: string[];
	pattern: RegExp;
}

/**
 * Answers what no route takes: 405 where the address is known with another method, else what `fallback` says
 * (the page, for a browser), else 404. Register it before the routes.
 * @param fallback true when it has answered
 */
export function answerUnknownAddresses(
	app: FastifyInstance,
	fallback: (request: FastifyRequest, reply: FastifyReply) => Promise<boolean>,
): void {
	const routes: KnownRoute[] = [];
	app.addHook("onRoute", ({ url, method }) => {
		if (url.includes("*")) return;
		routes.push({ methods: [method].flat(), pattern: patternOf(url) });
	});
	app.setNotFoundHandler(async (request, reply) => {
		const path = request.url.split("?", 1)[0] ?? "";
		const methods = routes.filter(({ pattern }) => pattern.test(path)).flatMap((route) => route.methods);
		if (methods.length > 0 && !methods.includes(request.method)) {
			reply.header("allow", [...new Set(methods)].join(", "));
			throw new ProblemError("method-not-allowed");
		}
		if (await fallback(request, reply)) return reply;
		throw new ProblemError("not-found");
	});
}

function patternOf(url: string): RegExp {
	const escaped = url.replace(/[.+?^${}()|[\]\\]/g, "\\$&");
	return new RegExp(`^${escaped.replace(/:[a-zA-Z]+/g, "[^/]+")}$`);
}
