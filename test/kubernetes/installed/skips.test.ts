import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { ANNOTATION_INJECT, NAMESPACE_LABEL, PORTS } from "../../../contract/names.ts";
import { serverRoutes } from "../../../contract/server-routes.ts";
import { SKIP_REASONS, type SkipCode } from "../../../contract/skip-reason.ts";
import { type Shell, whySkipped } from "../../cluster/shell.ts";
import { eventually } from "../../e2e/furnace.ts";
import { openInstallation } from "../installation.ts";
import { makeNamespace, type TestNamespace } from "../namespaces.ts";
import { makePerson, type Person } from "../people.ts";
import { eventsAbout, firstPod, isInjected } from "../pods.ts";
import { ASKING, type Asking, apply, deployment, idleContainer, podSpec } from "../workloads.ts";
import { type Door, openDoor } from "./door.ts";

interface Case {
	asking: Asking;
	spec?: object;
}

const OPT_OUT = { ...ASKING.label, annotations: { [ANNOTATION_INJECT]: "false" } };
const ports = [{ containerPort: PORTS.agent }];
const ofTheirPods: Partial<Record<SkipCode, Case>> = {
	"opted-out": { asking: OPT_OUT },
	"host-network": { asking: ASKING.label, spec: podSpec(undefined, { hostNetwork: true }) },
	"host-pid": { asking: ASKING.label, spec: podSpec(undefined, { hostPID: true }) },
	"dns-policy": { asking: ASKING.label, spec: podSpec(undefined, { dnsPolicy: "Default" }) },
	"share-process-namespace-false": {
		asking: ASKING.annotation,
		spec: podSpec(undefined, { shareProcessNamespace: false }),
	},
	"port-conflict": { asking: ASKING.label, spec: podSpec({ ...idleContainer, ports }) },
	"container-name-conflict": { asking: ASKING.label, spec: podSpec({ ...idleContainer, name: "furnace" }) },
};

describe("pods that asked for a sidecar and got none say why", {
	skip: await whySkipped(),
	timeout: 600_000,
}, () => {
	let shell: Shell;
	let door: Door;
	let namespace: TestNamespace;
	let person: Person;
	before(async () => {
		shell = await openInstallation();
		door = await openDoor(shell);
		namespace = await makeNamespace(shell, "skips");
		person = await makePerson(shell, namespace.name, "viewer", "view");
		await apply(
			shell,
			...Object.entries(ofTheirPods).map(([code, { asking, spec }]) =>
				deployment(namespace.name, code, asking, spec),
			),
		);
	});
	after(async () => {
		await door?.close();
		await namespace?.remove();
	});

	async function assertSkipped(where: string, app: string, code: SkipCode, viewer: Person): Promise<void> {
		const pod = await firstPod(shell, where, `app=${app}`);
		assert.ok(!isInjected(pod));
		const listed = await eventually("the pod is listed with a reason", async () => {
			const params = { namespace: where };
			const { items } = await door.as(viewer.token).call(serverRoutes.listPods, { params });
			return items.find(({ uid, skip }) => uid === pod.metadata.uid && skip !== null);
		});
		assert.equal(listed.skip?.code, code);
		assert.ok(listed.skip?.message.includes(SKIP_REASONS[code].message.slice(0, -1)), listed.skip?.message);
		await eventually("an Event on the pod or its owner says the same", async () => {
			const { name, namespace: at } = pod.metadata;
			const owner = name.slice(0, name.lastIndexOf("-"));
			const events = [...(await eventsAbout(shell, at, name)), ...(await eventsAbout(shell, at, owner))];
			return events.some(({ message }) => message.includes(SKIP_REASONS[code].message.slice(0, -1)));
		});
	}

	for (const code of Object.keys(ofTheirPods) as SkipCode[]) {
		test(`${code}: in the list of pods, and as an Event`, () =>
			assertSkipped(namespace.name, code, code, person));
	}

	test("pod-security: a namespace whose level would refuse the sidecar; the pod starts", async (t) => {
		const labels = {
			[NAMESPACE_LABEL.key]: NAMESPACE_LABEL.value,
			"pod-security.kubernetes.io/enforce": "baseline",
		};
		const strict = await makeNamespace(shell, "skips-strict", labels);
		t.after(() => strict.remove());
		const viewer = await makePerson(shell, strict.name, "viewer", "view");
		await apply(shell, deployment(strict.name, "strict", ASKING.label));
		await assertSkipped(strict.name, "strict", "pod-security", viewer);
	});

	test("quota-exceeded: a quota with room for the pod alone", async (t) => {
		const small = await makeNamespace(shell, "skips-quota");
		t.after(() => small.remove());
		const viewer = await makePerson(shell, small.name, "viewer", "view");
		await apply(shell, {
			apiVersion: "v1",
			kind: "ResourceQuota",
			metadata: { name: "small", namespace: small.name },
			spec: { hard: { "requests.memory": "20Mi" } },
		});
		const used = ["get", "resourcequota", "small", "-n", small.name, "-o", "jsonpath={.status.used}"];
		await eventually("the quota is counted", async () => (await shell.kubectl(used)) !== "");
		const resources = { requests: { cpu: "10m", memory: "16Mi" }, limits: { cpu: "100m", memory: "16Mi" } };
		await apply(
			shell,
			deployment(small.name, "fits", ASKING.label, podSpec({ ...idleContainer, resources })),
		);
		await assertSkipped(small.name, "fits", "quota-exceeded", viewer);
	});
});
