import { AGENT_AUDIENCE, PORTS } from "../../contract/names.ts";
import { ProblemError } from "../../contract/problem.ts";
import type { Change } from "../../kubernetes/change.ts";
import type { Cluster } from "../../kubernetes/cluster.ts";
import type { Log } from "../../kubernetes/log.ts";
import type { TokenAnswer } from "../../kubernetes/reviews.ts";
import type { Store } from "../../kubernetes/store.ts";
import type { AgentAddress, AgentIdentity, AgentTrust } from "../adapters.ts";
import { type Answer, createAnswers } from "./answers.ts";
import { askingApi } from "./api-problem.ts";
import { expiryOf, tokenKey } from "./bearer-token.ts";
import type { ClusterPod } from "./pod-projection.ts";

/** An agent heartbeats with the same token for minutes. That its pod still exists is looked up each time. */
const REVIEWED_MS = 60_000;
const REFUSED_MS = 10_000;
const TOKENS = 20_000;

const USERNAME = /^system:serviceaccount:([a-z0-9-]+):[a-z0-9.-]+$/;
const POD_NAME = "authentication.kubernetes.io/pod-name";
const POD_UID = "authentication.kubernetes.io/pod-uid";

export interface ClusterTrustOptions {
	readonly cluster: Pick<Cluster, "reviewToken">;
	/** every pod of the cluster */
	readonly pods: Pick<Store<ClusterPod>, "byUid" | "isSynced">;
	/** what the server shows to agents, PEM; undefined: there is none yet */
	readonly tls: () => { readonly cert: string; readonly key: string } | undefined;
	readonly log?: Pick<Log, "warn">;
	/** milliseconds since the epoch; for tests */
	readonly now?: () => number;
}

export interface ClusterTrust extends AgentTrust {
	/** To be told of each change of a pod. */
	podChanged(change: Change<ClusterPod>): void;
	/** for the metrics */
	cacheSize(): number;
}

/** Whose token it is, by the review alone: nothing of it was claimed by the agent. */
interface BoundToken {
	readonly namespace: string;
	readonly pod: string;
	readonly podUid: string;
	/** milliseconds since the epoch */
	readonly expiresAt: number;
}

/**
 * Trust in a cluster: an agent is the pod that its token is bound to, and is dialled at the address that the API has
 * for that very pod (by its UID), on the fixed port. What it says of itself plays no part.
 */
export function clusterTrust(options: ClusterTrustOptions): ClusterTrust {
	const { cluster, pods, tls, log, now = Date.now } = options;
	const listeners: ((key: string) => void)[] = [];
	const reviews = createAnswers<BoundToken | null>({ max: TOKENS, clock: now });

	async function reviewToken(token: string): Promise<Answer<BoundToken | null>> {
		const answer = await askingApi(() => cluster.reviewToken(token, AGENT_AUDIENCE));
		const result = boundToken(answer, expiryOf(token) ?? now() + REVIEWED_MS);
		if (typeof result === "string") {
			log?.warn({ username: answer?.username }, `an agent's token was refused: ${result}`);
			return { value: null, freshMs: REFUSED_MS };
		}
		const left = Math.max(0, result.expiresAt - now());
		// while the API server is away a token that was good is good to its end
		return { value: result, freshMs: Math.min(REVIEWED_MS, left), usableMs: left };
	}

	/** Has the pod of this token our sidecar, and does it still run? */
	function livingPod({ namespace, pod, podUid }: BoundToken): ClusterPod | undefined {
		const known = pods.byUid(podUid);
		const isTheOne = known !== undefined && known.namespace === namespace && known.name === pod;
		return isTheOne && !known.ended && known.sidecar !== undefined ? known : undefined;
	}

	function gone(key: string): void {
		for (const listener of listeners) listener(key);
	}

	return {
		async review(token): Promise<AgentIdentity | null> {
			if (!pods.isSynced()) {
				throw new ProblemError("cluster-unavailable", "The cluster's pods are not known yet.");
			}
			const bound = await reviews.ask(tokenKey(token), () => reviewToken(token));
			if (bound === null || bound.expiresAt <= now() || livingPod(bound) === undefined) return null;
			const { namespace, pod, podUid } = bound;
			return { key: podUid, namespace, pod, podUid };
		},
		async addressOf(key): Promise<AgentAddress | null> {
			const pod = pods.byUid(key);
			const material = tls();
			if (pod?.sidecar === undefined || pod.ended || pod.ip === undefined || material === undefined)
				return null;
			return { host: pod.ip, port: PORTS.agent, tls: { cert: material.cert, key: material.key } };
		},
		onGone: (listener) => void listeners.push(listener),
		podChanged({ type, uid, object, before }) {
			const moved = before?.ip !== undefined && before.ip !== object.ip;
			if (type === "removed" || object.ended || moved) gone(uid);
		},
		cacheSize: () => reviews.size(),
	};
}

/** @returns why it is no agent's token, in a few words */
function boundToken(answer: TokenAnswer | null, expiresAt: number): BoundToken | string {
	if (answer === null) return "the API server does not accept it for this audience";
	// a lenient authenticator may accept a token without looking at what it was made for
	if (!answer.audiences.includes(AGENT_AUDIENCE)) return "it is for another audience";
	const namespace = USERNAME.exec(answer.username)?.[1];
	if (namespace === undefined) return "it is not a service account's";
	const pod = onlyOne(answer.extra[POD_NAME]);
	const podUid = onlyOne(answer.extra[POD_UID]);
	if (pod === undefined || podUid === undefined) return "it is not bound to a pod";
	return { namespace, pod, podUid, expiresAt };
}

function onlyOne(values: readonly string[] | undefined): string | undefined {
	return values?.length === 1 ? values[0] : undefined;
}
