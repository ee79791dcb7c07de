import helmet from "@fastify/helmet";
import type { FastifyInstance, FastifyReply } from "fastify";
import { FILE_POLICY, PAGE_POLICY } from "./content-policy.ts";

export async function addSecurityHeaders(app: FastifyInstance, options: { tls: boolean }): Promise<void> {
	await app.register(helmet, {
		contentSecurityPolicy: { useDefaults: false, directives: PAGE_POLICY },
		strictTransportSecurity: options.tls,
		frameguard: { action: "deny" },
		referrerPolicy: { policy: "no-referrer" },
		crossOriginResourcePolicy: { policy: "same-origin" },
	});
	app.addHook("onRequest", async (request, reply) => {
		reply.header("permissions-policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()");
		reply.header("x-request-id", request.id);
		reply.header("cache-control", "no-store");
	});
}

/** Marks an answer as a file to be kept, never to be shown as part of this site. */
export function asAttachment(reply: FastifyReply, file: { name: string; mediaType: string }): FastifyReply {
	return reply
		.header("content-disposition", `attachment; filename="${file.name}"`)
		.header("content-security-policy", FILE_POLICY)
		.header("x-content-type-options", "nosniff")
		.type(file.mediaType);
}
