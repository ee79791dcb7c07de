import type { FastifyInstance, FastifySchema } from "fastify";
import type { TSchema } from "typebox";
import { PROBLEM_MEDIA_TYPE, Problem } from "../../contract/problem.ts";
import { PROBLEMS, type ProblemCode } from "../../contract/problem-codes.ts";
import type { Route } from "../../contract/route.ts";

type JsonSchema = { [key: string]: unknown };

/** What every route may answer besides its own problems. */
const COMMON_PROBLEMS: readonly ProblemCode[] = [
	"invalid-request",
	"foreign-host",
	"foreign-origin",
	"cluster-unavailable",
	"internal",
];
const ACCESS_PROBLEMS: readonly ProblemCode[] = ["unauthenticated", "forbidden"];

/**
 * Adds every schema with an `$id` that these routes use to the app, once, so that routes refer to them and the
 * document names them instead of repeating them. Call it on the root, before any scope is made.
 */
export function shareSchemas(app: FastifyInstance, routes: readonly Route[]): void {
	const schemas = routes.flatMap(({ params, query, body, response }) => [params, query, body, response]);
	for (const schema of [Problem, ...schemas]) {
		if (schema === undefined || schema === null) continue;
		refer(schema, (shared) => {
			if (app.getSchema(shared.$id) === undefined) app.addSchema(shared);
		});
	}
}

/**
 * The schema of a contract's route as Fastify and OpenAPI take it.
 * @param pathParams those of the prefix that the route stands below
 */
export function schemaOf(route: Route, pathParams?: TSchema): FastifySchema {
	const params = [pathParams, route.params].filter((schema) => schema !== undefined);
	const problems = [
		...COMMON_PROBLEMS,
		...(route.tag === "agents" || route.tag === "peers" ? [] : ACCESS_PROBLEMS),
		...(route.problems ?? []),
	];
	return {
		tags: [route.tag],
		summary: route.summary,
		...(params.length === 0 ? {} : { params: mergeObjects(params.map((schema) => refer(schema))) }),
		...(route.query === undefined ? {} : { querystring: refer(route.query) }),
		...(route.body === undefined ? {} : { body: refer(route.body) }),
		response: { [route.status]: successSchema(route), ...problemResponses(problems) },
	} as FastifySchema;
}

function successSchema(route: Route): JsonSchema {
	if (route.response !== null) return { description: "OK", ...refer(route.response) };
	if (route.produces === undefined) return { description: "OK, without a body", type: "null" };
	const content = { [route.produces]: { schema: { type: "string", format: "binary" } } };
	return { description: "OK", content };
}

/** One entry a status; codes that share a status are told apart by `code`. */
function problemResponses(codes: readonly ProblemCode[]): Record<number, JsonSchema> {
	const byStatus = new Map<number, Set<string>>();
	for (const code of codes) {
		const { status } = PROBLEMS[code];
		byStatus.set(status, (byStatus.get(status) ?? new Set()).add(code));
	}
	const content = { [PROBLEM_MEDIA_TYPE]: { schema: refer(Problem) } };
	return Object.fromEntries(
		[...byStatus].map(([status, names]) => [status, { description: [...names].join(", "), content }]),
	);
}

type SharedSchema = JsonSchema & { $id: string };

/** A plain copy in which every schema with an `$id` is a reference to the shared one. */
function refer(schema: TSchema, onShared: (schema: SharedSchema) => void = () => {}): JsonSchema {
	return referNested(JSON.parse(JSON.stringify(schema)), onShared) as JsonSchema;
}

function referNested(value: unknown, onShared: (schema: SharedSchema) => void): unknown {
	if (Array.isArray(value)) return value.map((item) => referNested(item, onShared));
	if (typeof value !== "object" || value === null) return value;
	const entries = Object.entries(value).map(([key, item]) => [key, referNested(item, onShared)]);
	const copy: JsonSchema = Object.fromEntries(entries);
	if (typeof copy.$id !== "string") return copy;
	onShared(copy as SharedSchema);
	return { $ref: `${copy.$id}#` };
}

function mergeObjects(schemas: JsonSchema[]): JsonSchema {
	return {
		type: "object",
		properties: Object.assign({}, ...schemas.map(({ properties }) => properties)),
		required: schemas.flatMap(({ required }) => (required as string[] | undefined) ?? []),
	};
}
