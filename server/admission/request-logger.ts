import type { FastifyBaseLogger, FastifyInstance } from "fastify";

/**
 * A request's logger in this scope speaks of warnings and errors alone, and is made when there is one: a child logger
 * for every review, with its serialised bindings, costs more than the decision.
 */
export function logFaultsOnly(app: FastifyInstance): void {
	app.setChildLoggerFactory((parent, bindings, options) => {
		const child = () => parent.child(bindings, { ...options, level: "warn" });
		return lazily(child);
	});
}

function lazily(make: () => FastifyBaseLogger): FastifyBaseLogger {
	const logger: FastifyBaseLogger = {
		level: "warn",
		trace: silent,
		debug: silent,
		info: silent,
		silent,
		warn: (...message: Parameters<FastifyBaseLogger["warn"]>) => make().warn(...message),
		error: (...message: Parameters<FastifyBaseLogger["error"]>) => make().error(...message),
		fatal: (...message: Parameters<FastifyBaseLogger["fatal"]>) => make().fatal(...message),
		child: (bindings, options) => make().child(bindings, options),
	};
	return logger;
}

function silent(): void {}
