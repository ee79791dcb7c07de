import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type Server } from "node:net";
import { after, before, describe, test } from "node:test";
import { AGENT_PATHS } from "../../../contract/agent-environment.ts";
import { agentRoutes } from "../../../contract/agent-routes.ts";
import { AGENT_AUDIENCE, PORTS, REGISTRATION, SIDECAR_CONTAINER } from "../../../contract/names.ts";
import { ProblemError } from "../../../contract/problem.ts";
import { serverRoutes } from "../../../contract/server-routes.ts";
import { makeSelfSigned } from "../../../server/testing/certificates.ts";
import { ADDRESSES } from "../../cluster/config.ts";
import { type Shell, whySkipped } from "../../cluster/shell.ts";
import { eventually } from "../../e2e/furnace.ts";
import { openInstallation } from "../installation.ts";
import { makeNamespace, type TestNamespace } from "../namespaces.ts";
import type { Pod } from "../objects.ts";
import { makePerson, type Person, tokenOf } from "../people.ts";
import { readPod, runningPod } from "../pods.ts";
import { ASKING, apply, deployment, podObject, podSpec } from "../workloads.ts";
import { connectionsTo } from "./connections.ts";
import { type Door, openDoor } from "./door.ts";

/** The API server believes a token of a pod that is gone for up to 10 s more. */
const TOKEN_CACHE_SECONDS = 30;
const BOUND_TO_POD = "--bound-object-kind=Pod";

describe("who is taken for an agent, and where the server connects to", {
	skip: await whySkipped(),
	timeout: 600_000,
}, () => {
	let shell: Shell;
	let door: Door;
	let namespace: TestNamespace;
	let person: Person;
	/** has a real agent */
	let honest: Pod;
	/** has none, and nothing that listens */
	let bare: Pod;

	before(async () => {
		shell = await openInstallation();
		door = await openDoor(shell);
		namespace = await makeNamespace(shell, "trust");
		person = await makePerson(shell, namespace.name, "recorder", "edit");
		await apply(
			shell,
			deployment(namespace.name, "honest", ASKING.label),
			deployment(namespace.name, "bare", ASKING.not),
			{ apiVersion: "v1", kind: "Secret", metadata: { name: "bound", namespace: namespace.name } },
		);
		honest = await runningPod(shell, namespace.name, "app=honest");
		bare = await runningPod(shell, namespace.name, "app=bare");
		await eventually("the honest agent is ready", async () => (await stateOf(honest)) === "ready");
	});
	after(async () => {
		await door?.close();
		await namespace?.remove();
	});

	async function stateOf({ metadata }: Pod): Promise<string | undefined> {
		const params = { namespace: namespace.name };
		const { items } = await door.as(person.token).call(serverRoutes.listPods, { params });
		return items.find(({ uid }) => uid === metadata.uid)?.agent.state;
	}

	/** A registration as an agent sends it. @returns the status of the answer */
	async function register(
		token: string | undefined,
		more: { body?: object; headers?: Record<string, string> } = {},
	): Promise<number> {
		const { cert } = await makeSelfSigned("anybody");
		const registration = {
			protocol: REGISTRATION.protocol,
			version: "1.0.0",
			instance: "of-a-test",
			serves: "pod",
			certificate: cert,
		};
		const response = await door.send(serverRoutes.register.path, {
			method: "POST",
			headers: {
				"content-type": "application/json",
				...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
				...more.headers,
			},
			body: JSON.stringify({ ...registration, ...more.body }),
		});
		await response.body?.cancel();
		return response.status;
	}

	/** Asks the server for something only the pod's agent has. @returns the code of the refusal; undefined: it answered */
	async function reach({ metadata }: Pod): Promise<string | undefined> {
		try {
			await door.agent(person.token, namespace.name, metadata.name).call(agentRoutes.listTargets, {});
			return undefined;
		} catch (error) {
			if (error instanceof ProblemError) return error.code;
			throw error;
		}
	}

	/** The pod has no agent afterwards, and nobody has tried to connect to it. */
	async function assertNotConnected(pod: Pod): Promise<void> {
		assert.equal(await stateOf(pod), "absent");
		assert.equal(await reach(pod), "agent-not-registered");
		assert.deepEqual(await connectionsTo(shell, pod.status.podIP as string, PORTS.agent), []);
	}

	const tokenFor = (...options: string[]) => tokenOf(shell, namespace.name, "default", ...options);
	const boundTo = (pod: Pod) => [
		BOUND_TO_POD,
		`--bound-object-name=${pod.metadata.name}`,
		`--bound-object-uid=${pod.metadata.uid}`,
	];

	test("an honest agent is connected to, and that is seen", async () => {
		assert.equal(await reach(honest), undefined);
		const seen = await connectionsTo(shell, honest.status.podIP as string, PORTS.agent);
		assert.ok(seen.length > 0);
	});

	const REFUSED: Record<string, (pod: Pod) => Promise<string | undefined>> = {
		"no token": async () => undefined,
		"no token but words": async () => "not-a-token",
		"a token that another cluster signed": async (pod) =>
			forge(await tokenFor(`--audience=${AGENT_AUDIENCE}`, ...boundTo(pod))),
		"the pod's token for the API server": (pod) => tokenFor(...boundTo(pod)),
		"the pod's token for another audience": (pod) => tokenFor("--audience=another", ...boundTo(pod)),
		"a token that is bound to no pod": () => tokenFor(`--audience=${AGENT_AUDIENCE}`),
		"a token that is bound to a Secret": () =>
			tokenFor(`--audience=${AGENT_AUDIENCE}`, "--bound-object-kind=Secret", "--bound-object-name=bound"),
		"a person's token": async () => person.token,
	};
	for (const [what, token] of Object.entries(REFUSED)) {
		test(`${what} is refused: nothing is connected to, and no agent's place is taken`, async () => {
			for (const pod of [bare, honest]) assert.equal(await register(await token(pod)), 401);
			await assertNotConnected(bare);
			// A registration that was taken would have brought another certificate.
			assert.equal(await reach(honest), undefined);
		});
	}

	test("a pod without the sidecar is no agent, whatever its token", async () => {
		assert.equal(await register(await tokenFor(`--audience=${AGENT_AUDIENCE}`, ...boundTo(bare))), 401);
		await assertNotConnected(bare);
	});

	test("the token of a pod that is gone is refused, and its address is not connected to", async () => {
		await apply(shell, podObject(namespace.name, "gone", ASKING.label));
		const gone = await runningPod(shell, namespace.name, "app=gone");
		const token = await tokenFor(`--audience=${AGENT_AUDIENCE}`, ...boundTo(gone));
		assert.equal(await register(token), 200, "while it is there");
		await shell.kubectl(["delete", "pod", "gone", "-n", namespace.name, "--grace-period=0", "--force"]);
		const isRefused = async () => (await register(token)) === 401;
		await eventually("its token is refused", isRefused, TOKEN_CACHE_SECONDS);
		assert.equal(await reach(gone), "pod-not-found");
		assert.deepEqual(await connectionsTo(shell, gone.status.podIP as string, PORTS.agent), []);
	});

	describe("an agent's own token, with an address that is not the agent's", () => {
		let spy: Server;
		let visits = 0;
		let claimed: string;
		let token: string;
		/** has a real agent, which nobody has talked to yet: the first connection shows where it goes */
		let claimant: Pod;
		before(async () => {
			await apply(shell, deployment(namespace.name, "claimant", ASKING.label));
			claimant = await runningPod(shell, namespace.name, "app=claimant");
			await eventually("its agent is ready", async () => (await stateOf(claimant)) === "ready");
			spy = createServer((socket) => {
				visits++;
				socket.destroy();
			}).listen(0, ADDRESSES.node);
			await once(spy, "listening");
			claimed = `${ADDRESSES.node}:${(spy.address() as { port: number }).port}`;
			const args = ["exec", claimant.metadata.name, "-n", namespace.name, "-c", SIDECAR_CONTAINER];
			token = (await shell.kubectl([...args, "--", "cat", AGENT_PATHS.token])).trim();
		});
		after(() => spy?.close());

		const claims = (): Record<string, { body?: object; headers?: Record<string, string> }> => ({
			address: { body: { address: claimed, url: `https://${claimed}`, callback: `https://${claimed}` } },
			"another pod": { body: { podUid: bare.metadata.uid, pod: bare.metadata.name, uid: bare.metadata.uid } },
			"headers of a proxy": {
				headers: {
					forwarded: `for="${claimed}"`,
					"x-forwarded-for": ADDRESSES.node,
					"x-forwarded-host": claimed,
					"x-real-ip": ADDRESSES.node,
				},
			},
		});
		for (const what of ["address", "another pod", "headers of a proxy"]) {
			test(`${what}: refused or ignored; only the pod's own address is connected to`, async () => {
				const status = await register(token, claims()[what]);
				assert.ok(status === 200 || status === 400, `${status}`);
				// It also brought another certificate. Until the agent itself says which is its own, it is not talked to.
				assert.ok([undefined, "agent-unreachable"].includes(await reach(claimant)));
				const own = claimant.status.podIP as string;
				assert.notDeepEqual(await connectionsTo(shell, own, PORTS.agent), []);
				assert.equal(visits, 0);
				assert.deepEqual(await connectionsTo(shell, ADDRESSES.node, Number(claimed.split(":")[1])), []);
				await assertNotConnected(bare);
			});
		}

		test("the agent is back with its next heartbeat", async () => {
			await eventually("it answers again", async () => (await reach(claimant)) === undefined);
		});
	});

	test("a pod on its node's network is no agent: its address is the node's", async () => {
		const spec = podSpec(undefined, { hostNetwork: true });
		await apply(shell, podObject(namespace.name, "on-node", ASKING.not, spec));
		await runningPod(shell, namespace.name, "app=on-node");
		const pod = await readPod(shell, namespace.name, "on-node");
		const status = await register(await tokenFor(`--audience=${AGENT_AUDIENCE}`, ...boundTo(pod)));
		assert.ok(status === 200 || status === 401 || status === 403, `${status}`);
		assert.notEqual(await reach(pod), undefined);
		assert.deepEqual(await connectionsTo(shell, ADDRESSES.node, PORTS.agent), []);
	});
});

/** The same claims, signed by nobody the cluster knows. */
function forge(token: string): string {
	const [header, claims, signature = ""] = token.split(".");
	return [header, claims, [...signature].reverse().join("")].join(".");
}
