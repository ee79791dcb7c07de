import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:https";
import type { Socket } from "node:net";
import { describe, type TestContext, test } from "node:test";
import { ProblemError } from "../../contract/problem.ts";
import type { TokenAnswer } from "../../kubernetes/reviews.ts";
import { createDispatcher, originOf } from "../agents/dispatcher.ts";
import { makeSelfSigned } from "../testing/certificates.ts";
import { fakeReviews, tokenAnswer } from "./testing/fake-cluster.ts";
import { fakePods, injectedPod, podObject } from "./testing/pods.ts";
import { clusterTrust } from "./trust.ts";

const UID = "5f6d1b0e-2f3c-4c35-8a5a-111111111111";
const TLS = { cert: "the server's", key: "its key" };
const START = 1_800_000_000_000;

function boundTo(pod: string, uid: string, changes: Partial<TokenAnswer> = {}): TokenAnswer {
	return tokenAnswer("system:serviceaccount:shop:default", {
		audiences: ["furnace"],
		extra: {
			"authentication.kubernetes.io/pod-name": [pod],
			"authentication.kubernetes.io/pod-uid": [uid],
		},
		...changes,
	});
}

/** A JSON Web Token as far as anybody here looks into it. */
function tokenUntil(milliseconds: number): string {
	const claims = Buffer.from(JSON.stringify({ exp: milliseconds / 1000 })).toString("base64url");
	return `e30.${claims}.signature`;
}

function start() {
	let now = START;
	const reviews = fakeReviews();
	const pods = fakePods(injectedPod({ name: "web-1", uid: UID }));
	const warnings: string[] = [];
	const trust = clusterTrust({
		cluster: reviews,
		pods,
		tls: () => TLS,
		now: () => now,
		log: { warn: (_fields: unknown, message?: string) => void warnings.push(String(message)) },
	});
	const token = tokenUntil(START + 600_000);
	reviews.tokens.set(`furnace ${token}`, boundTo("web-1", UID));
	const wait = (ms: number) => {
		now += ms;
	};
	return { reviews, pods, trust, token, wait, warnings };
}

describe("who an agent is", () => {
	test("is the pod that its token is bound to, by one review a minute", async () => {
		const { reviews, trust, token, wait } = start();
		const identity = { key: UID, namespace: "shop", pod: "web-1", podUid: UID };
		assert.deepEqual(await trust.review(token), identity);
		wait(59_999);
		assert.deepEqual(await trust.review(token), identity);
		assert.deepEqual(reviews.asked, [`furnace ${token}`]);
		wait(1);
		await trust.review(token);
		assert.equal(reviews.asked.length, 2);
	});

	test("a token that is not one of ours is nobody's, and the log says why once", async () => {
		const { extra } = boundTo("web-1", UID);
		const pod = "authentication.kubernetes.io/pod-name";
		const uid = "authentication.kubernetes.io/pod-uid";
		const foreign: [string, TokenAnswer | null, RegExp][] = [
			["unknown", null, /does not accept/],
			["audience", boundTo("web-1", UID, { audiences: ["https://kubernetes.default.svc"] }), /audience/],
			["no audience", boundTo("web-1", UID, { audiences: [] }), /audience/],
			["a person's", boundTo("web-1", UID, { username: "anna" }), /service account/],
			[
				"a lookalike",
				boundTo("web-1", UID, { username: "x:system:serviceaccount:shop:a" }),
				/service account/,
			],
			["unbound", boundTo("web-1", UID, { extra: {} }), /bound/],
			["half bound", boundTo("web-1", UID, { extra: { [pod]: ["web-1"] } }), /bound/],
			["bound twice", boundTo("web-1", UID, { extra: { ...extra, [uid]: [UID, "other"] } }), /bound/],
		];
		for (const [token, answer, reason] of foreign) {
			const { reviews, trust, warnings } = start();
			if (answer !== null) reviews.tokens.set(`furnace ${token}`, answer);
			assert.equal(await trust.review(token), null, token);
			assert.equal(await trust.review(token), null, token);
			assert.equal(reviews.asked.length, 1, token);
			assert.equal(warnings.length, 1, token);
			assert.match(warnings[0] ?? "", reason);
		}
	});

	test("the pod must be there, be that very one, run, and have our sidecar", async () => {
		const others: [string, ReturnType<typeof podObject>][] = [
			["another UID", injectedPod({ name: "web-1", uid: "other" })],
			["another name", injectedPod({ name: "web-2", uid: UID })],
			["another namespace", injectedPod({ name: "web-1", namespace: "bank", uid: UID })],
			["no sidecar", podObject({ name: "web-1", uid: UID })],
			["ended", injectedPod({ name: "web-1", uid: UID, status: { phase: "Succeeded" } })],
		];
		for (const [why, object] of others) {
			const { pods, trust, token } = start();
			pods.remove(UID);
			pods.put(object);
			assert.equal(await trust.review(token), null, why);
		}
	});

	test("a pod that goes takes its agent with it at once, whatever was reviewed before", async () => {
		const { pods, trust, token } = start();
		assert.notEqual(await trust.review(token), null);
		pods.remove(UID);
		assert.equal(await trust.review(token), null);
	});

	test("a token is never believed beyond its end, not even from memory", async () => {
		const { reviews, trust, wait } = start();
		const token = tokenUntil(START + 30_000);
		reviews.tokens.set(`furnace ${token}`, boundTo("web-1", UID));
		assert.notEqual(await trust.review(token), null);
		wait(29_999);
		assert.notEqual(await trust.review(token), null);
		reviews.away = true;
		wait(1);
		await assert.rejects(trust.review(token));
		reviews.away = false;
		assert.equal(await trust.review(token), null);
	});

	test("while the API server is away known agents stay known until their token ends; others are told to come again", async () => {
		const { reviews, trust, token, wait } = start();
		await trust.review(token);
		reviews.away = true;
		wait(599_000);
		assert.equal((await trust.review(token))?.key, UID);
		const unavailable = (error: unknown) =>
			error instanceof ProblemError && error.code === "cluster-unavailable";
		await assert.rejects(trust.review(tokenUntil(START + 600_000).replace("e30", "e31")), unavailable);
		wait(1_000);
		await assert.rejects(trust.review(token), unavailable);
	});

	test("before the cluster's pods are known nobody is turned away for good, and nobody asked", async () => {
		const { reviews, pods, trust, token } = start();
		pods.synced = false;
		await assert.rejects(trust.review(token), (error: ProblemError) => error.code === "cluster-unavailable");
		assert.deepEqual(reviews.asked, []);
	});
});

describe("where an agent is", () => {
	test("is where the API has its pod, on the fixed port", async () => {
		const { trust } = start();
		assert.deepEqual(await trust.addressOf(UID), { host: "10.1.2.3", port: 8444, tls: TLS });
	});

	test("is nowhere for a pod that is gone, ended, without address, on its node's network, or not ours", async () => {
		const nowhere = [
			injectedPod({ uid: UID, status: { phase: "Failed" } }),
			injectedPod({ uid: UID, status: { podIP: undefined } }),
			injectedPod({ uid: UID, spec: { ...(injectedPod().spec as object), hostNetwork: true } }),
			podObject({ uid: UID }),
		];
		for (const object of nowhere) {
			const { pods, trust } = start();
			pods.put(object);
			assert.equal(await trust.addressOf(UID), null);
		}
		const { pods, trust } = start();
		pods.remove(UID);
		assert.equal(await trust.addressOf(UID), null);
		assert.equal(await trust.addressOf("never-seen"), null);
	});

	test("it is told when the address stops being the pod's", () => {
		const { pods, trust } = start();
		const gone: string[] = [];
		trust.onGone?.((key) => gone.push(key));
		trust.podChanged(pods.put(injectedPod({ uid: UID, metadata: { resourceVersion: "2" } })));
		assert.deepEqual(gone, []);
		trust.podChanged(pods.put(injectedPod({ uid: UID, status: { podIP: "10.1.2.4" } })));
		trust.podChanged(pods.put(injectedPod({ uid: UID, status: { phase: "Succeeded" } })));
		trust.podChanged(pods.remove(UID));
		assert.deepEqual(gone, [UID, UID, UID]);
	});
});

/** An agent that counts the connections that reach it. */
async function startAgent(t: TestContext) {
	const own = await makeSelfSigned("agent");
	const seen = { connections: 0, requests: 0 };
	const server = createServer(own, (_request, response) => {
		seen.requests++;
		response.end("ok");
	});
	const connections: Socket[] = [];
	server.on("connection", (socket: Socket) => {
		seen.connections++;
		connections.push(socket);
	});
	await new Promise<void>((resolve) => server.listen(8444, "127.0.0.44", resolve));
	t.after(() => {
		server.closeAllConnections();
		server.close();
	});
	return { seen, connections, certificate: own.cert };
}

describe("pooled connections", () => {
	test("end with the pod, and what comes after at its address gets none of its requests", async (t) => {
		const { seen, connections, certificate } = await startAgent(t);
		const own = await makeSelfSigned("server");
		const pods = fakePods(injectedPod({ uid: UID, status: { podIP: "127.0.0.44" } }));
		const trust = clusterTrust({ cluster: fakeReviews(), pods, tls: () => own });
		const dispatcher = createDispatcher({ trust, pinnedCertificate: () => certificate });
		t.after(() => dispatcher.destroy());
		trust.onGone?.((key) => dispatcher.drop(key));
		const ask = async () => {
			const { body } = await dispatcher.request({ origin: originOf(UID), path: "/", method: "GET" });
			return body.text();
		};
		assert.equal(await ask(), "ok");
		const before = { ...seen };
		const closed = once(connections[0] ?? assert.fail(), "close");
		trust.podChanged(pods.remove(UID));
		await closed;
		await assert.rejects(ask(), /has no address/);
		assert.deepEqual(seen, before);
	});
});
