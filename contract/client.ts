import { Value } from "typebox/value";
import { Problem, ProblemError } from "./problem.ts";
import { PROBLEMS } from "./problem-codes.ts";
import type { BodyOf, ParamsOf, QueryOf, ResponseOf, Route } from "./route.ts";

export interface ClientOptions {
	/** origin and path prefix, without a slash at the end; empty in the page itself */
	baseUrl: string;
	fetch?: typeof fetch;
	/** asked at every call, so that a new token counts at once */
	headers?: () => Record<string, string>;
}

export type CallOptions<R> = { signal?: AbortSignal } & Maybe<"params", ParamsOf<R>> &
	MaybeOptional<"query", QueryOf<R>> &
	Maybe<"body", BodyOf<R>>;

type Maybe<K extends string, T> = T extends undefined ? { [P in K]?: undefined } : { [P in K]: T };
type MaybeOptional<K extends string, T> = T extends undefined ? { [P in K]?: undefined } : { [P in K]?: T };

/** Calls Furnace's routes by their definitions. Every failure is a ProblemError, or a NetworkError when nothing answered. */
export interface Client {
	/** @returns the JSON body, typed by the route */
	call<R extends Route>(route: R, options: CallOptions<R>): Promise<ResponseOf<R>>;
	/** @returns the raw response, for streams and files; problems are thrown as by `call` */
	open<R extends Route>(route: R, options: CallOptions<R>): Promise<Response>;
	url<R extends Route>(
		route: R,
		parts: { params?: ParamsOf<R> | undefined; query?: QueryOf<R> | undefined },
	): string;
	/** the same client for routes below another prefix, such as the proxy route of one pod */
	below(prefix: string): Client;
}

/** Nothing answered: the server is gone, or the way to it. */
export class NetworkError extends Error {
	override name = "NetworkError";
}

export function createClient(options: ClientOptions): Client {
	const { baseUrl, headers } = options;
	const url: Client["url"] = (route, parts) =>
		baseUrl + fillPath(route.path, parts.params) + queryOf(parts.query);
	const open: Client["open"] = async (route, call) => {
		const hasBody = call.body !== undefined;
		const request: RequestInit = {
			method: route.method,
			headers: { ...headers?.(), ...(hasBody ? { "content-type": "application/json" } : {}) },
			redirect: "error",
			...(hasBody ? { body: JSON.stringify(call.body) } : {}),
			...(call.signal === undefined ? {} : { signal: call.signal }),
		};
		const response = await send(options.fetch ?? fetch, url(route, call as Parts), request);
		if (!response.ok) throw await problemOf(response);
		return response;
	};
	return {
		open,
		url,
		call: async (route, call) => {
			const response = await open(route, call);
			return (route.response === null ? undefined : await response.json()) as ResponseOf<typeof route>;
		},
		below: (prefix) => createClient({ ...options, baseUrl: baseUrl + prefix }),
	};
}

/** Fills `:name` parts of a path; every value becomes exactly one segment. */
export function fillPath(path: string, params?: unknown): string {
	const values = (params ?? {}) as Record<string, string>;
	return path.replace(/:([a-zA-Z]+)/g, (_, name: string) => {
		const value = values[name];
		if (value === undefined) throw new TypeError(`${path} needs the parameter ${name}`);
		return encodeURIComponent(value);
	});
}

function queryOf(query: unknown): string {
	const entries = Object.entries((query ?? {}) as Record<string, unknown>).filter(
		([, value]) => value !== undefined,
	);
	if (entries.length === 0) return "";
	return `?${new URLSearchParams(entries.map(([name, value]): [string, string] => [name, String(value)]))}`;
}

type Parts = { params?: never; query?: never };

async function send(fetcher: typeof fetch, url: string, request: RequestInit): Promise<Response> {
	try {
		return await fetcher(url, request);
	} catch (cause) {
		if (request.signal?.aborted) throw cause;
		throw new NetworkError("Furnace's server does not answer", { cause });
	}
}

async function problemOf(response: Response): Promise<Error> {
	const body: unknown = await response.json().catch(() => undefined);
	// the status tells who speaks: an agent's body may name any code, but of rights only the server answers
	if (Value.Check(Problem, body) && PROBLEMS[body.code].status === response.status) {
		const { code, detail, title, errors, right } = body;
		return new ProblemError(code, detail ?? title, {
			...(errors === undefined ? {} : { errors }),
			...(right === undefined ? {} : { right }),
		});
	}
	return new NetworkError(`Something between here and Furnace answered ${response.status}`);
}
