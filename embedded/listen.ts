import type { FastifyInstance } from "fastify";

/** Everything stays on this machine: whoever reaches it may record. */
export const HOST = "127.0.0.1";

/** Somebody else listens on the port. */
export class PortInUseError extends Error {
	override name = "PortInUseError";
}

/**
 * @param option the command line's word that chooses another port
 * @throws PortInUseError
 */
export async function listen(app: FastifyInstance, port: number, option: string): Promise<void> {
	try {
		await app.listen({ host: HOST, port });
	} catch (cause) {
		if ((cause as NodeJS.ErrnoException).code !== "EADDRINUSE") throw cause;
		const message = `The port ${port} is in use by another program. Choose another one with ${option}.`;
		throw new PortInUseError(message, { cause });
	}
}
