import { setTimeout as wait } from "node:timers/promises";
import { Value } from "typebox/value";
import { PROTOCOL_VERSION, type Registration, RegistrationAnswer } from "../../contract/registration.ts";
import { serverRoutes } from "../../contract/server-routes.ts";
import type { ServerAddress, TokenSource } from "../servers.ts";
import { jittered, retryUntilDone } from "./retry.ts";
import { requestServer } from "./server-request.ts";

const FIRST_WAIT = 500;
const LONGEST_WAIT = 10_000;
/** Whatever a server says: neither a flood nor silence. */
const HEARTBEAT_SECONDS = { least: 1, most: 300 };

export interface RegistrationOptions {
	readonly servers: readonly ServerAddress[];
	readonly token: TokenSource;
	readonly registration: Omit<Registration, "protocol">;
	/** after each heartbeat; `ca` in it is the bundle to trust from now on */
	readonly onAnswer?: (server: ServerAddress, answer: RegistrationAnswer) => void;
	readonly onFailure: (message: string, error: unknown) => void;
}

/**
 * Registers with every server and heartbeats for as long as the agent lives. Never gives up.
 * @returns ends it
 */
export function keepRegistered(options: RegistrationOptions): () => Promise<void> {
	const stop = new AbortController();
	const loops = options.servers.map((server) => heartbeat(server, options, stop.signal));
	return async () => {
		stop.abort();
		await Promise.all(loops);
	};
}

async function heartbeat(
	server: ServerAddress,
	options: RegistrationOptions,
	signal: AbortSignal,
): Promise<void> {
	try {
		for (;;) {
			const answer = await retryUntilDone(() => register(server, options, signal), {
				signal,
				firstWait: FIRST_WAIT,
				longestWait: LONGEST_WAIT,
				onFailure: (error) => options.onFailure(`${server.url} does not register this agent yet`, error),
			});
			options.onAnswer?.(server, answer);
			const { least, most } = HEARTBEAT_SECONDS;
			const seconds = Math.min(Math.max(answer.heartbeatSeconds, least), most);
			await wait(jittered(seconds * 1000), undefined, { signal });
		}
	} catch (error) {
		if (!signal.aborted) options.onFailure(`heartbeats to ${server.url} ended`, error);
	}
}

async function register(
	server: ServerAddress,
	{ token, registration }: RegistrationOptions,
	signal: AbortSignal,
): Promise<RegistrationAnswer> {
	const body: Registration = { protocol: PROTOCOL_VERSION, ...registration };
	const response = await requestServer(server, serverRoutes.register.path, {
		token,
		signal,
		method: "POST",
		headers: { "content-type": "application/json" },
		body: JSON.stringify(body),
	});
	return Value.Parse(RegistrationAnswer, await response.json());
}
