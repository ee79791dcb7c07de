import swagger from "@fastify/swagger";
import swaggerUi from "@fastify/swagger-ui";
import type { FastifyInstance } from "fastify";
import { DOCS_POLICY } from "../http/content-policy.ts";

const DESCRIPTION =
	"Profiles the pods of a cluster, or the processes of a machine. Errors are problem details (RFC 9457) with a stable `code`.";

/** Documents the routes that are registered after it, by their schemas. */
export async function collectDocumentation(app: FastifyInstance, version: string): Promise<void> {
	await app.register(swagger, {
		openapi: {
			openapi: "3.1.0",
			info: { title: "Furnace", description: DESCRIPTION, version },
			tags: [
				{ name: "pods", description: "What can be recorded" },
				{ name: "agent", description: "Recording a pod: the REST of its agent, by way of the server" },
				{ name: "recordings", description: "The archive" },
				{ name: "agents", description: "What agents call" },
				{ name: "peers", description: "What the replicas of a server ask each other" },
				{ name: "operation", description: "Health and metrics" },
			],
			components: { securitySchemes: { bearer: { type: "http", scheme: "bearer" } } },
		},
		exposeHeadRoutes: true,
		refResolver: {
			buildLocalReference: ({ $id }, _uri, _fragment, index) =>
				typeof $id === "string" ? $id : `def-${index}`,
		},
	});
}

/** `/openapi.json` and `/docs`, which asks nothing of any other site. */
export async function documentationRoutes(app: FastifyInstance): Promise<void> {
	app.get("/openapi.json", { schema: { hide: true } }, async () => app.swagger());
	await app.register(swaggerUi, {
		routePrefix: "/docs",
		staticCSP: DOCS_POLICY,
		theme: { title: "Furnace: REST interface" },
		uiConfig: { docExpansion: "list", tryItOutEnabled: true },
	});
}
