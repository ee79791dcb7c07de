import { setTimeout as wait } from "node:timers/promises";
import { REGISTRATION } from "../../contract/names.ts";
import type { Registration, RegistrationAnswer } from "../../contract/registration.ts";
import { abortedBy } from "./aborted-by.ts";
import { jittered, retryUntilDone } from "./retry.ts";
import { requestServer } from "./server-request.ts";
import { nameOf, type ServerAddress, type ServerSet, type TokenSource } from "./servers.ts";

const FIRST_WAIT = 500;
const LONGEST_WAIT = 10_000;
/** Whatever a server says: neither a flood nor silence. */
const HEARTBEAT_SECONDS = { least: 1, most: 300 };

export interface RegistrationOptions {
	readonly servers: ServerSet;
	readonly token: TokenSource;
	/** asked at each heartbeat: the certificate in it is renewed now and then */
	readonly registration: () => Omit<Registration, "protocol">;
	/** after each heartbeat; `ca` in it is the bundle to trust from now on */
	readonly onAnswer?: (server: ServerAddress, answer: RegistrationAnswer) => void;
	readonly onFailure: (message: string, error: unknown) => void;
}

export interface KeptRegistration {
	/** Registers with every server now: what they know of the agent is out of date. */
	again(): void;
	close(): Promise<void>;
}

/** Registers with every server that there is and heartbeats for as long as both live. Never gives up. */
export function keepRegistered(options: RegistrationOptions): KeptRegistration {
	const stop = new AbortController();
	const loops = new Set<Promise<void>>();
	const wakers = new Set<() => void>();
	options.servers.watch((server, gone) => {
		const { signal } = abortedBy(stop.signal, gone);
		if (signal.aborted) return;
		const rest = createRest(signal);
		wakers.add(rest.wake);
		const loop = heartbeat(server, options, { signal, sleep: rest.sleep }).finally(() => {
			wakers.delete(rest.wake);
			loops.delete(loop);
		});
		loops.add(loop);
	});
	return {
		again() {
			for (const wake of wakers) wake();
		},
		async close() {
			stop.abort();
			await Promise.all(loops);
		},
	};
}

interface Life {
	readonly signal: AbortSignal;
	readonly sleep: (milliseconds: number) => Promise<void>;
}

async function heartbeat(server: ServerAddress, options: RegistrationOptions, life: Life): Promise<void> {
	const { signal, sleep } = life;
	try {
		for (;;) {
			const answer = await retryUntilDone(() => register(server, options, signal), {
				signal,
				firstWait: FIRST_WAIT,
				longestWait: LONGEST_WAIT,
				onFailure: (error) => {
					options.onFailure(`${nameOf(server)} does not register this agent yet`, error);
					options.servers.suspect();
				},
			});
			const { least, most } = HEARTBEAT_SECONDS;
			const seconds = Math.min(Math.max(answer.heartbeatSeconds, least), most);
			options.servers.pace(seconds);
			options.onAnswer?.(server, answer);
			await sleep(jittered(seconds * 1000));
		}
	} catch (error) {
		if (!signal.aborted) options.onFailure(`heartbeats to ${nameOf(server)} ended`, error);
	}
}

/** A sleep that can be cut short; it throws when the signal aborts. */
function createRest(signal: AbortSignal) {
	let alarm = new AbortController();
	signal.addEventListener("abort", () => alarm.abort(), { once: true });
	return {
		wake: () => alarm.abort(),
		async sleep(milliseconds: number) {
			signal.throwIfAborted();
			alarm = new AbortController();
			await wait(milliseconds, undefined, { signal: alarm.signal }).catch(() => undefined);
			signal.throwIfAborted();
		},
	};
}

async function register(
	server: ServerAddress,
	{ token, registration }: RegistrationOptions,
	signal: AbortSignal,
): Promise<RegistrationAnswer> {
	const body: Registration = { protocol: REGISTRATION.protocol, ...registration() };
	const answer = await requestServer(server, REGISTRATION.path, {
		token,
		signal,
		method: "POST",
		headers: { "content-type": "application/json" },
		body: JSON.stringify(body),
	});
	return readAnswer(answer.body);
}

/**
 * Without the schema: the library behind it takes more memory than the rest of an idle agent.
 * @throws SyntaxError, TypeError
 */
function readAnswer(body: string): RegistrationAnswer {
	const { heartbeatSeconds, ca } = JSON.parse(body);
	const isValid = Number.isFinite(heartbeatSeconds) && (ca === undefined || typeof ca === "string");
	if (!isValid) throw new TypeError("The answer to a registration is not one");
	return { heartbeatSeconds, ...(ca === undefined ? {} : { ca }) };
}
