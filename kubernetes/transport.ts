import type { Dispatcher } from "undici";
import { KubernetesError } from "./cluster.ts";
import type { Credentials, Pass } from "./credentials.ts";
import { isBrokenConnection, NO_ANSWER, refusal, unreachable } from "./failures.ts";
import { type Query, queryOf } from "./paths.ts";

/** The API server refuses with `Retry-After` what it has not begun: it may be asked again, whatever it was. */
const MOST_REPEATS = 3;
const LONGEST_PAUSE_MS = 5_000;
const WATCH_OPENING_MS = 10_000;

export interface Call {
	readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
	readonly path: string;
	readonly query?: Query;
	readonly body?: object;
	/** absent: JSON */
	readonly contentType?: string;
	/** Does no harm when it is done twice: tried again where the connection broke. */
	readonly repeatable: boolean;
}

export interface CallLimits {
	readonly deadlineMs: number;
	/** Called right before something is sent that changes the cluster; what it throws is the call's error. */
	readonly guard?: () => void;
}

/** Requests to the API server, as it wants them; nothing about objects. */
export interface Transport {
	/** @returns the parsed body. @throws KubernetesError */
	call(call: Call, limits: CallLimits): Promise<unknown>;
	/**
	 * The lines of an answer that does not end soon.
	 * @param lifeMs after which it is given up as silent
	 * @param onOpen the API server has begun to answer
	 * @throws KubernetesError
	 */
	lines(
		path: string,
		query: Query,
		options: { lifeMs: number; signal: AbortSignal; onOpen?: () => void },
	): AsyncGenerator<string>;
	close(): Promise<void>;
}

export function openTransport(credentials: Credentials): Transport {
	const underWay = new Set<AbortController>();
	let isClosed = false;

	return { call, lines, close };

	async function call(call: Call, limits: CallLimits): Promise<unknown> {
		const asked = `${call.method} ${call.path}`;
		return withDeadline(limits.deadlineMs, NO_ANSWER.timeout, asked, async (signal) => {
			let isRenewed = false;
			let isRepeated = false;
			for (let repeats = 0; ; repeats++) {
				try {
					const { status, text, retryAfter } = await send(call, signal, limits.guard);
					if (status < 300) return parse(text, asked);
					if (status === 401 && !isRenewed && credentials.renew()) {
						isRenewed = true;
					} else if (retryAfter !== undefined && repeats < MOST_REPEATS) {
						await pause(Math.min(retryAfter * 1000, LONGEST_PAUSE_MS), signal);
					} else throw refusal(status, text, asked);
				} catch (error) {
					if (!call.repeatable || isRepeated || !isBrokenConnection(error)) throw error;
					isRepeated = true;
				}
			}
		});
	}

	async function send(
		{ method, path, query, body, contentType }: Call,
		signal: AbortSignal,
		guard?: () => void,
	) {
		const pass = await orAborted(credentials.pass(), signal);
		if (method !== "GET") guard?.();
		const answer = await pass.calls.request({
			...target(pass, path, query),
			method,
			headers: {
				...pass.headers,
				accept: "application/json",
				...(body === undefined ? {} : { "content-type": contentType ?? "application/json" }),
			},
			...(body === undefined ? {} : { body: JSON.stringify(body) }),
			signal,
		});
		const seconds = Number(answer.headers["retry-after"]);
		const isPutOff = answer.statusCode === 429 || answer.statusCode >= 500;
		return {
			status: answer.statusCode,
			text: await answer.body.text(),
			retryAfter:
				isPutOff && answer.headers["retry-after"] !== undefined && seconds >= 0 ? seconds : undefined,
		};
	}

	async function* lines(
		path: string,
		query: Query,
		{ lifeMs, signal, onOpen }: { lifeMs: number; signal: AbortSignal; onOpen?: () => void },
	): AsyncGenerator<string> {
		const asked = `watch ${path}`;
		const guard = startDeadline(lifeMs, NO_ANSWER.silent, asked);
		const stop = () => guard.controller.abort(new KubernetesError(0, NO_ANSWER.closed, `${asked}: given up`));
		if (signal.aborted) stop();
		signal.addEventListener("abort", stop, { once: true });
		try {
			const answer = await openLines(path, query, guard.controller);
			if (answer.statusCode !== 200) {
				if (answer.statusCode === 401) credentials.renew();
				throw refusal(answer.statusCode, await answer.body.text(), asked);
			}
			onOpen?.();
			yield* split(answer.body);
		} catch (error) {
			throw asKubernetesError(error, guard.controller.signal, asked);
		} finally {
			signal.removeEventListener("abort", stop);
			guard.end();
			// also when the reader leaves early: the connection goes with it
			guard.controller.abort();
		}
	}

	async function openLines(path: string, query: Query, controller: AbortController) {
		const opening = setTimeout(
			() => controller.abort(new KubernetesError(0, NO_ANSWER.silent, `watch ${path}: it does not begin`)),
			WATCH_OPENING_MS,
		);
		try {
			const pass = await orAborted(credentials.pass(), controller.signal);
			return await pass.watches.request({
				...target(pass, path, query),
				method: "GET",
				headers: { ...pass.headers, accept: "application/json" },
				signal: controller.signal,
			});
		} finally {
			clearTimeout(opening);
		}
	}

	async function withDeadline<T>(
		ms: number,
		reason: string,
		asked: string,
		act: (signal: AbortSignal) => Promise<T>,
	): Promise<T> {
		const deadline = startDeadline(ms, reason, asked);
		try {
			return await act(deadline.controller.signal);
		} catch (error) {
			throw asKubernetesError(error, deadline.controller.signal, asked);
		} finally {
			deadline.end();
		}
	}

	function startDeadline(ms: number, reason: string, asked: string) {
		const controller = new AbortController();
		if (isClosed) controller.abort(closedError(asked));
		const timer = setTimeout(
			() => controller.abort(new KubernetesError(0, reason, `${asked}: no answer within ${ms} ms`)),
			ms,
		);
		underWay.add(controller);
		const end = () => {
			clearTimeout(timer);
			underWay.delete(controller);
		};
		return { controller, end };
	}

	async function close(): Promise<void> {
		isClosed = true;
		for (const controller of underWay) controller.abort(closedError("a call"));
		await credentials.close();
	}
}

function closedError(asked: string): KubernetesError {
	return new KubernetesError(0, NO_ANSWER.closed, `${asked}: the connection was closed`);
}

function target({ origin, prefix }: Pass, path: string, query: Query = {}) {
	return { origin, path: `${prefix}${path}${queryOf(query)}` };
}

/** Whatever went wrong: what aborted the call says why best. */
function asKubernetesError(error: unknown, signal: AbortSignal, asked: string): unknown {
	if (signal.aborted && signal.reason instanceof KubernetesError) return signal.reason;
	return error instanceof KubernetesError ? error : unreachable(error, asked);
}

function parse(text: string, asked: string): unknown {
	try {
		return JSON.parse(text);
	} catch (error) {
		throw new KubernetesError(0, NO_ANSWER.invalid, `${asked}: the answer is not JSON`, { cause: error });
	}
}

/** @returns whole lines; what stands after the last line feed was cut off and is left out */
async function* split(body: Dispatcher.ResponseData["body"]): AsyncGenerator<string> {
	body.setEncoding("utf8");
	let rest = "";
	for await (const chunk of body as AsyncIterable<string>) {
		const parts = chunk.split("\n");
		parts[0] = rest + parts[0];
		rest = parts.pop() ?? "";
		for (const line of parts) if (line !== "") yield line;
	}
}

/** Login plugins and the like know no signal. */
function orAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
	return new Promise((resolve, reject) => {
		const stop = () => reject(signal.reason);
		if (signal.aborted) stop();
		signal.addEventListener("abort", stop, { once: true });
		promise.then(resolve, reject).finally(() => signal.removeEventListener("abort", stop));
	});
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
	let timer: NodeJS.Timeout | undefined;
	const timePassed = new Promise<void>((resolve) => {
		timer = setTimeout(resolve, ms);
	});
	await orAborted(timePassed, signal).finally(() => clearTimeout(timer));
}
