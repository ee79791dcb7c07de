import assert from "node:assert/strict";
import { after, before, beforeEach, describe, test } from "node:test";
import { agentRoutes } from "../../../contract/agent-routes.ts";
import { type Connection, connectCluster } from "../../../kubernetes/connect.ts";
import { type Shell, whySkipped } from "../../cluster/shell.ts";
import { eventually } from "../../e2e/furnace.ts";
import { FURNACE_NAMESPACE, openInstallation } from "../installation.ts";
import { makeNamespace, type TestNamespace } from "../namespaces.ts";
import { makePerson, type Person } from "../people.ts";
import { runningPod } from "../pods.ts";
import { ASKING, apply, deployment } from "../workloads.ts";
import { type WebhookCounts, webhookCounts } from "./counts.ts";
import { createPodsDuring, type Tally } from "./creations.ts";
import { openDoor } from "./door.ts";
import { rotate } from "./rotation.ts";
import { serverPods, untilAllReady } from "./servers.ts";

const PODS = 500;

describe(`${PODS} pods are created while the servers change: none fails, none is bare`, {
	skip: await whySkipped(),
	timeout: 900_000,
}, () => {
	let shell: Shell;
	let connection: Connection;
	let namespace: TestNamespace;
	let person: Person;
	/** injected before anything changes */
	let elder: string;
	let countsBefore: WebhookCounts;
	before(async () => {
		shell = await openInstallation();
		connection = connectCluster({ kubeconfig: shell.environment.KUBECONFIG as string });
		namespace = await makeNamespace(shell, "restarts");
		person = await makePerson(shell, namespace.name, "recorder", "edit");
		await apply(shell, deployment(namespace.name, "elder", ASKING.label));
		elder = (await runningPod(shell, namespace.name, "app=elder")).metadata.name;
	});
	after(async () => {
		await connection?.close();
		await namespace?.remove();
	});
	beforeEach(async () => {
		await untilAllReady(shell);
		countsBefore = await webhookCounts(shell);
	});

	async function createDuring(change: () => Promise<void>): Promise<Tally> {
		const pods = await makeNamespace(shell, "restarts-pods");
		return createPodsDuring(connection, pods.name, PODS, change).finally(() => pods.remove());
	}

	/** The three figures: none failed, none bare, and the API server has never had to go on without us. */
	async function assertNoneMissed(tally: Tally): Promise<void> {
		assert.deepEqual(tally.failed, []);
		assert.equal(tally.bare.length, 0, `bare of ${tally.injected}: ${tally.bare[0]} to ${tally.bare.at(-1)}`);
		assert.ok(tally.injected >= PODS, `${tally.injected}`);
		assert.deepEqual(await webhookCounts(shell), countsBefore);
	}

	/** An agent from before the change registers again, and is reached by the server as it is now. */
	async function assertElderReached(): Promise<void> {
		const door = await openDoor(shell);
		const agent = door.agent(person.token, namespace.name, elder);
		const { items } = await eventually("the elder agent answers", () =>
			agent.call(agentRoutes.listTargets, {}),
		).finally(() => door.close());
		assert.ok(items.length > 0);
	}

	test("both replicas are restarted, one after the other", async () => {
		const tally = await createDuring(async () => {
			for (const name of await serverPods(shell)) {
				await shell.kubectl(["delete", "pod", name, "-n", FURNACE_NAMESPACE]);
				await untilAllReady(shell);
			}
		});
		await assertNoneMissed(tally);
		await assertElderReached();
	});

	for (const what of ["leaf", "root"] as const) {
		test(`a new ${what} certificate is made, and no server restarted for it`, async () => {
			const serving = await serverPods(shell);
			const tally = await createDuring(() => rotate(shell, what));
			await assertNoneMissed(tally);
			assert.deepEqual(await serverPods(shell), serving);
			await assertElderReached();
		});
	}
});
