import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { Pod as ListedPod } from "../../../contract/pod.ts";
import { responseIn, reviewOf } from "../../../server/admission/testing/review.ts";
import { makeSelfSigned } from "../../../server/testing/certificates.ts";
import { openCluster, type Shell, whySkipped } from "../../cluster/shell.ts";
import { eventually } from "../../e2e/furnace.ts";
import { makeNamespace, type TestNamespace } from "../namespaces.ts";
import { eventsAbout } from "../pods.ts";
import { ASKING, apply, podObject } from "../workloads.ts";
import { type HostedServer, hostServer } from "./hosted-server.ts";
import { applySettings, installationOf, makeRoot, makeServerTls } from "./server-settings.ts";
import { podWithStubAgent } from "./stub-agent.ts";

/** Its image is nowhere, so that no node starts it: that a pod is there is all that counts here. */
const APP = { name: "app", image: "localhost/absent:1", imagePullPolicy: "Never" };
const SKIPPED = "FurnaceSidecarSkipped";

describe("pods without a sidecar, and sidecars that do not run", {
	skip: await whySkipped(),
	timeout: 300_000,
}, () => {
	let shell: Shell;
	let namespace: TestNamespace;
	/** two replicas */
	let servers: HostedServer[];
	let admin: string;

	before(async () => {
		shell = await openCluster();
		namespace = await makeNamespace(shell, "server-skips");
		const tls = await makeServerTls(namespace.name, await makeRoot());
		await applySettings(shell, namespace.name, { tls, installation: installationOf("furnace", tls.ca) });
		servers = await Promise.all([hostServer(shell, namespace.name), hostServer(shell, namespace.name)]);
		await Promise.all(servers.map((server) => server.ready()));
		admin = await shell.kubectl(["config", "view", "--raw", "-o", "jsonpath={.users[0].user.token}"]);
	});
	after(async () => {
		await Promise.all((servers ?? []).map((server) => server.stop()));
		await namespace?.remove();
	});

	const server = () => servers[0] ?? assert.fail("no server");

	/** @returns the pod as both replicas list it */
	async function listed(name: string): Promise<ListedPod> {
		return eventually(`${name} is listed`, async () => {
			const found = await Promise.all(
				servers.map(async ({ send }) => {
					const path = `/api/v1/namespaces/${namespace.name}/pods`;
					const { json } = await send(path, { token: admin });
					return (json as { items: ListedPod[] }).items.find((pod) => pod.name === name);
				}),
			);
			assert.deepEqual(found[0], found[1]);
			return found[0];
		});
	}

	const make = (name: string, asking: object, spec: object = {}) =>
		apply(shell, podObject(namespace.name, name, asking, { containers: [APP], ...spec }));

	async function skipEvents(name: string) {
		return (await eventsAbout(shell, namespace.name, name)).filter(({ reason }) => reason === SKIPPED);
	}

	test("a pod that asked and has none says why: in the list, in one Event, in the metrics", async () => {
		await make("on-the-node", ASKING.label, { hostNetwork: true });
		const { skip, routes, agent } = await listed("on-the-node");
		assert.equal(skip?.code, "host-network");
		assert.equal(agent.state, "absent");
		assert.deepEqual(routes[0], { route: "sidecar", available: false, reason: skip?.message });
		const [event] = await eventually("the Event", async () => {
			const events = await skipEvents("on-the-node");
			return events.length > 0 ? events : undefined;
		});
		assert.equal(event?.type, "Warning");
		assert.match(event?.message ?? "", /node's network.*\(host-network\)$/);
		for (const { send } of servers) {
			const metrics = await eventually("the count", async () => {
				const { json } = await send("/metrics");
				const { text } = json as { text: string };
				return text.includes('furnace_pods_without_sidecar_total{code="host-network"}') ? text : undefined;
			});
			assert.match(metrics, /furnace_watch_stale_seconds\{resource="pods"\} \d/);
			assert.match(metrics, /furnace_cache_entries\{cache="callers"\} [1-9]/);
		}
		assert.equal((await skipEvents("on-the-node")).length, 1);
	});

	test("one that opted out is told without a warning; one that never asked is told nothing", async () => {
		await make("opted-out", { ...ASKING.label, annotations: { "furnace.hyperfoil.io/inject": "false" } });
		await make("plain", ASKING.not);
		assert.equal((await listed("opted-out")).skip?.code, "opted-out");
		assert.equal((await listed("plain")).skip?.code, "not-asked");
		const [event] = await eventually("the Event", async () => {
			const events = await skipEvents("opted-out");
			return events.length > 0 ? events : undefined;
		});
		assert.equal(event?.type, "Normal");
		assert.deepEqual(await skipEvents("plain"), []);
	});

	test("a sidecar whose image is not there: its route says so", async () => {
		const pod = podWithStubAgent(namespace.name, "no-image", await makeSelfSigned("agent"), "");
		const { spec } = pod as { spec: { initContainers: Record<string, unknown>[] } };
		Object.assign(spec.initContainers[0] ?? {}, { image: "localhost/absent:1" });
		await apply(shell, pod);
		await eventually("its state is known", async () => {
			const { routes, skip } = await listed("no-image");
			assert.equal(skip, null);
			return routes[0]?.available === false && /cannot be had \(ErrImageNeverPull/.test(routes[0].reason);
		});
	});

	test("a quota without room is learnt by watching, and so is that there is room again", async () => {
		const small = await makeNamespace(shell, "server-quota");
		try {
			const review = async () => {
				const pod = { metadata: { name: "web-1", ...ASKING.label }, spec: { containers: [APP] } };
				const body = reviewOf(pod, { namespace: small.name });
				const { json } = await server().send("/mutate", { method: "POST", body, admission: true });
				return responseIn(JSON.stringify(json)).auditAnnotations?.furnace;
			};
			assert.equal(await review(), "injected");
			const quota = (cpu: string) => ({
				apiVersion: "v1",
				kind: "ResourceQuota",
				metadata: { name: "small", namespace: small.name },
				spec: { hard: { "limits.cpu": cpu } },
			});
			await apply(shell, quota("500m"));
			await eventually("no room", async () => (await review()) === "quota-exceeded");
			await apply(shell, quota("8"));
			await eventually("room", async () => (await review()) === "injected");
			const limits = {
				apiVersion: "v1",
				kind: "LimitRange",
				metadata: { name: "low", namespace: small.name },
			};
			const item = { type: "Container", max: { memory: "64Mi" } };
			await apply(shell, { ...limits, spec: { limits: [item] } });
			await eventually("too low", async () => (await review()) === "limit-range");
		} finally {
			await small.remove();
		}
	});

	test("what a later admission step refuses because of our container stops injection for that owner", async () => {
		const strict = await makeNamespace(shell, "server-strict", {
			furnace: "enabled",
			"pod-security.kubernetes.io/enforce": "restricted",
		});
		try {
			const labels = { app: "web", ...ASKING.label.labels };
			// stands for what the webhook would have added: it is refused by name
			const sidecar = { ...APP, name: "furnace", restartPolicy: "Always" };
			await apply(shell, {
				apiVersion: "apps/v1",
				kind: "ReplicaSet",
				metadata: { name: "web", namespace: strict.name },
				spec: {
					replicas: 1,
					selector: { matchLabels: { app: "web" } },
					template: { metadata: { labels }, spec: { initContainers: [sidecar], containers: [APP] } },
				},
			});
			const uid = await shell.kubectl([
				"get",
				"replicaset",
				"web",
				"-n",
				strict.name,
				"-o",
				"jsonpath={.metadata.uid}",
			]);
			await eventually("the refusal", async () => (await eventsAbout(shell, strict.name, "web")).length > 0);
			await shell.kubectl(["label", "namespace", strict.name, "pod-security.kubernetes.io/enforce-"]);
			const review = async (owner: string) => {
				const reference = { apiVersion: "apps/v1", kind: "ReplicaSet", name: "web", uid: owner };
				const pod = {
					metadata: { generateName: "web-", labels, ownerReferences: [{ ...reference, controller: true }] },
					spec: { containers: [APP] },
				};
				const body = reviewOf(pod, { namespace: strict.name });
				const { json } = await server().send("/mutate", { method: "POST", body, admission: true });
				return responseIn(JSON.stringify(json)).auditAnnotations?.furnace;
			};
			await eventually("the label is gone", async () => (await review("another")) === "injected");
			assert.equal(await review(uid), "refused-by-admission");
		} finally {
			await strict.remove();
		}
	});
});
