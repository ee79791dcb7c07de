import type { Static, TSchema } from "typebox";
import type { ProblemCode } from "./problem-codes.ts";

export type Method = "GET" | "HEAD" | "POST" | "PUT" | "DELETE";

/**
 * One route, said once: the server validates and documents by it, the client is typed by it.
 * `path` names parameters as `:name`. `response` is null where the body is not JSON (a stream, a file, none).
 */
export interface Route<
	Params extends TSchema | undefined = TSchema | undefined,
	Query extends TSchema | undefined = TSchema | undefined,
	Body extends TSchema | undefined = TSchema | undefined,
	Response extends TSchema | null = TSchema | null,
> {
	method: Method;
	path: string;
	summary: string;
	tag: string;
	params?: Params;
	query?: Query;
	body?: Body;
	response: Response;
	status: number;
	/** of a response that is not JSON */
	produces?: string;
	/** the problems it answers, besides those every route may answer */
	problems?: ProblemCode[];
}

export function defineRoute<
	const Params extends TSchema | undefined = undefined,
	const Query extends TSchema | undefined = undefined,
	const Body extends TSchema | undefined = undefined,
	const Response extends TSchema | null = null,
>(route: Route<Params, Query, Body, Response>): Route<Params, Query, Body, Response> {
	return route;
}

export type ParamsOf<R> = R extends Route<infer P, infer _Q, infer _B, infer _R> ? StaticOr<P> : never;
export type QueryOf<R> = R extends Route<infer _P, infer Q, infer _B, infer _R> ? StaticOr<Q> : never;
export type BodyOf<R> = R extends Route<infer _P, infer _Q, infer B, infer _R> ? StaticOr<B> : never;
export type ResponseOf<R> =
	R extends Route<infer _P, infer _Q, infer _B, infer A>
		? A extends TSchema
			? Static<A>
			: undefined
		: never;

type StaticOr<T> = T extends TSchema ? Static<T> : undefined;
