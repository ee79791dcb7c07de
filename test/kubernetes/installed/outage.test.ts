import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { OBJECTS } from "../../../contract/names.ts";
import { serverRoutes } from "../../../contract/server-routes.ts";
import { SKIP_REASONS } from "../../../contract/skip-reason.ts";
import { type Shell, whySkipped } from "../../cluster/shell.ts";
import { eventually } from "../../e2e/furnace.ts";
import { openInstallation, untilReady } from "../installation.ts";
import { makeNamespace, type TestNamespace } from "../namespaces.ts";
import { makePerson } from "../people.ts";
import { eventsAbout, isInjected, readPod, runningPod } from "../pods.ts";
import { ASKING, apply, deployment, podObject } from "../workloads.ts";
import { webhookCounts } from "./counts.ts";
import { openDoor } from "./door.ts";
import { scale, scaleToNone, untilAllReady } from "./servers.ts";

const HEALED_SECONDS = 5;

describe("when the servers cannot be asked", { skip: await whySkipped(), timeout: 600_000 }, () => {
	let shell: Shell;
	let namespace: TestNamespace;
	before(async () => {
		shell = await openInstallation();
		namespace = await makeNamespace(shell, "outage");
	});
	after(() => namespace?.remove());

	test("a caBundle that was wiped by hand is healed within seconds", async () => {
		const path = ["mutatingwebhookconfiguration", OBJECTS.webhook];
		const read = ["get", ...path, "-o", "jsonpath={.webhooks[0].clientConfig.caBundle}"];
		const healthy = await shell.kubectl(read);
		assert.notEqual(healthy, "");
		const wipe = JSON.stringify([{ op: "remove", path: "/webhooks/0/clientConfig/caBundle" }]);
		await shell.kubectl(["patch", ...path, "--type=json", "-p", wipe]);
		const isBack = async () => (await shell.kubectl(read)) === healthy;
		await eventually("the caBundle is back", isBack, HEALED_SECONDS);
		await eventually("a pod with the sidecar", async () => {
			const name = `after-${Date.now()}`;
			await apply(shell, podObject(namespace.name, name, ASKING.label));
			return isInjected(await readPod(shell, namespace.name, name));
		});
	});

	test("labelled pods start without the sidecar, and are listed with the reason once servers are back", async () => {
		const countsBefore = await webhookCounts(shell);
		await scaleToNone(shell, OBJECTS.operator);
		await scaleToNone(shell, OBJECTS.server);
		await apply(shell, deployment(namespace.name, "missed", ASKING.label));
		const pod = await runningPod(shell, namespace.name, "app=missed");
		assert.ok(!isInjected(pod));
		const counts = await webhookCounts(shell);
		assert.ok(counts.failedOpen > countsBefore.failedOpen, "the API server has tried");
		assert.equal(counts.rejected, countsBefore.rejected);

		await scale(shell, OBJECTS.operator, 1);
		await untilAllReady(shell);
		await untilReady(shell);
		const door = await openDoor(shell);
		const { token } = await makePerson(shell, namespace.name, "viewer", "view");
		const listed = await eventually("the pod is listed with a reason", async () => {
			const params = { namespace: namespace.name };
			const { items } = await door.as(token).call(serverRoutes.listPods, { params });
			return items.find(({ uid, skip }) => uid === pod.metadata.uid && skip !== null);
		}).finally(() => door.close());
		assert.equal(listed.skip?.code, "missed");
		await eventually("an Event on it says the same", async () => {
			const events = await eventsAbout(shell, namespace.name, pod.metadata.name);
			return events.some(({ message }) => message.includes(SKIP_REASONS.missed.message.slice(0, -1)));
		});
	});
});
