import { once } from "node:events";
import { Agent, request } from "node:https";
import { setTimeout as wait } from "node:timers/promises";
import { createSecureContext } from "node:tls";
import { REGISTRATION, serverName } from "../contract/names.ts";
import { jittered } from "../sidecar/delivery/retry.ts";
import { type AgentPod, FURNACE_NAMESPACE } from "./stand-in-cluster.ts";

export interface HeartbeatOptions {
	readonly port: number;
	/** PEM */
	readonly ca: string;
	readonly pods: readonly AgentPod[];
	/** what each sends as its own, PEM */
	readonly certificate: string;
	/** `new`: one for each heartbeat, as agents do; `kept`: one for each agent */
	readonly connections: "new" | "kept";
	/** the first heartbeats are spread over so long */
	readonly rampSeconds: number;
}

export interface HeartbeatingAgents {
	/** agents that were answered at least once */
	registered(): number;
	/** Milliseconds from dialling, or asking, to the whole answer, of all heartbeats since the last call. */
	takeTimes(): number[];
	/** heartbeats that were not answered with success, and why, so far */
	failures(): string[];
	end(): void;
}

/** As agents have it: a server that says nothing is as good as gone. */
const ANSWER_MILLISECONDS = 30_000;
const AGAIN_SECONDS = 10;

/** Each pod's agent heartbeats from an address of its own, as it is told to, with the agent's own jitter. */
export function startAgents(options: HeartbeatOptions): HeartbeatingAgents {
	const { pods, rampSeconds, connections } = options;
	const stop = new AbortController();
	const failures: string[] = [];
	const registered = new Set<number>();
	// one for all; the types of HTTPS requests do not know it
	const trust = { secureContext: createSecureContext({ ca: options.ca }) };
	const agent =
		connections === "new" ? (false as const) : new Agent({ keepAlive: true, maxFreeSockets: pods.length });
	let times: number[] = [];

	async function live(pod: AgentPod, index: number): Promise<void> {
		await wait(Math.random() * rampSeconds * 1000, undefined, { signal: stop.signal });
		for (;;) {
			const seconds = await beat(pod, index).catch((error: Error) => {
				stop.signal.throwIfAborted();
				failures.push(error.message);
				return AGAIN_SECONDS;
			});
			await wait(jittered(seconds * 1000), undefined, { signal: stop.signal });
		}
	}

	/** @returns seconds to the next */
	async function beat(pod: AgentPod, index: number): Promise<number> {
		const began = performance.now();
		const { status, text } = await post(pod, index);
		times.push(performance.now() - began);
		if (status !== 200) throw new Error(`answered ${status}: ${text}`);
		registered.add(index);
		return JSON.parse(text).heartbeatSeconds;
	}

	async function post({ token, uid }: AgentPod, index: number) {
		const { certificate } = options;
		const registration = { version: "0.0.0-bench", instance: uid, serves: "pod", certificate };
		const message = request({
			host: "127.0.0.1",
			port: options.port,
			path: REGISTRATION.path,
			method: "POST",
			// servers count requests by address, and every pod has its own
			localAddress: `127.${100 + (index >> 16)}.${(index >> 8) & 255}.${index & 255}`,
			servername: serverName(FURNACE_NAMESPACE),
			...trust,
			agent,
			signal: AbortSignal.any([stop.signal, AbortSignal.timeout(ANSWER_MILLISECONDS)]),
			headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
		});
		message.end(JSON.stringify({ protocol: REGISTRATION.protocol, ...registration }));
		const [response] = await once(message, "response");
		let text = "";
		for await (const chunk of response.setEncoding("utf8")) text += chunk;
		return { status: response.statusCode as number, text };
	}

	for (const [index, pod] of pods.entries()) {
		live(pod, index).catch((error) => {
			if (!stop.signal.aborted) throw error;
		});
	}
	return {
		registered: () => registered.size,
		takeTimes() {
			const taken = times;
			times = [];
			return taken;
		},
		failures: () => failures,
		end() {
			stop.abort();
			if (agent !== false) agent.destroy();
		},
	};
}
