import assert from "node:assert/strict";
import { before, describe, test } from "node:test";
import { OBJECTS } from "../../../contract/names.ts";
import { type Shell, whySkipped } from "../../cluster/shell.ts";
import { eventually } from "../../e2e/furnace.ts";
import { FURNACE_NAMESPACE, openInstallation, untilReady } from "../installation.ts";
import { FURNACE } from "../settings.ts";

/** The promise for a wiped caBundle; whatever else is changed is no slower. */
const HEALED_SECONDS = 5;

interface LiveObject {
	kind: string;
	metadata: { name: string; uid: string; resourceVersion: string };
	[content: string]: unknown;
}

const IN_NAMESPACE = ["-n", FURNACE_NAMESPACE];
const WEBHOOK = ["mutatingwebhookconfiguration", OBJECTS.webhook];
const DEPLOYMENT = ["deployment", OBJECTS.server, ...IN_NAMESPACE];
const SERVICE = ["service", OBJECTS.server, ...IN_NAMESPACE];
const POLICY = ["networkpolicy", OBJECTS.server, ...IN_NAMESPACE];
const INSTALLATION = ["configmap", OBJECTS.installation, ...IN_NAMESPACE];
const CLUSTER_ROLE = ["clusterrole", OBJECTS.server];
const ROLE_BINDING = ["rolebinding", OBJECTS.server, ...IN_NAMESPACE];

type Change = readonly { op: "add" | "replace" | "remove"; path: string; value?: unknown }[];

/** What somebody does by hand. */
const CHANGES: readonly [what: string, object: readonly string[], change: Change][] = [
	[
		"the caBundle is wiped",
		WEBHOOK,
		[{ op: "replace", path: "/webhooks/0/clientConfig/caBundle", value: "" }],
	],
	["the webhook shall fail", WEBHOOK, [{ op: "replace", path: "/webhooks/0/failurePolicy", value: "Fail" }]],
	[
		"the webhook shall see all namespaces",
		WEBHOOK,
		[{ op: "replace", path: "/webhooks/0/namespaceSelector", value: {} }],
	],
	["servers are scaled", DEPLOYMENT, [{ op: "replace", path: "/spec/replicas", value: 3 }]],
	[
		"a server's environment gets a variable",
		DEPLOYMENT,
		[{ op: "add", path: "/spec/template/spec/containers/0/env/-", value: { name: "X", value: "1" } }],
	],
	["the owner is forgotten", DEPLOYMENT, [{ op: "remove", path: "/metadata/ownerReferences" }]],
	[
		"the Service gets a port",
		SERVICE,
		[{ op: "add", path: "/spec/ports/-", value: { name: "x", port: 99 } }],
	],
	["everybody may do everything with a server", POLICY, [{ op: "add", path: "/spec/ingress/-", value: {} }]],
	[
		"servers are told nonsense",
		INSTALLATION,
		[{ op: "replace", path: "/data/installation.json", value: "{}" }],
	],
	["the settings get a key", INSTALLATION, [{ op: "add", path: "/data/x", value: "y" }]],
	[
		"servers get more rights",
		CLUSTER_ROLE,
		[{ op: "add", path: "/rules/-", value: { apiGroups: [""], resources: ["secrets"], verbs: ["list"] } }],
	],
	["servers lose their rights", ROLE_BINDING, [{ op: "replace", path: "/subjects", value: [] }]],
];

describe("what is changed by hand is corrected", { skip: await whySkipped(), timeout: 600_000 }, () => {
	let shell: Shell;
	before(async () => {
		shell = await openInstallation();
		await untilReady(shell);
	});

	async function read(object: readonly string[]): Promise<LiveObject> {
		return JSON.parse(await shell.kubectl(["get", ...object, "-o", "json"])) as LiveObject;
	}

	for (const [what, object, change] of CHANGES)
		test(what, async () => {
			const before = contentOf(await read(object));
			await shell.kubectl(["patch", ...object, "--type=json", "-p", JSON.stringify(change)]);
			await eventually(
				`${object.join(" ")} as it was`,
				async () => contentOf(await read(object)) === before,
				HEALED_SECONDS,
			);
		});

	for (const object of [WEBHOOK, SERVICE, INSTALLATION, CLUSTER_ROLE, ROLE_BINDING])
		test(`${object[0]} ${object[1]} is deleted`, async () => {
			const { metadata } = await read(object);
			await shell.kubectl(["delete", ...object]);
			await eventually(
				"another",
				async () => (await read(object)).metadata.uid !== metadata.uid,
				HEALED_SECONDS,
			);
		});

	test("a binding to another role is made where ours was", async () => {
		await shell.kubectl(["delete", ...ROLE_BINDING]);
		const stranger = {
			apiVersion: "rbac.authorization.k8s.io/v1",
			kind: "RoleBinding",
			metadata: { name: OBJECTS.server, namespace: FURNACE_NAMESPACE },
			roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "view" },
		};
		// the operator may have been quicker; then there is nothing to correct
		await shell.kubectl(["create", "-f", "-"], stranger).catch(() => {});
		await eventually(
			"our binding",
			async () => ((await read(ROLE_BINDING)).roleRef as { kind: string }).kind === "Role",
			HEALED_SECONDS,
		);
	});

	test("labels, annotations and restarts are people's own, and nothing is written without need", async () => {
		await shell.kubectl(["label", ...DEPLOYMENT, "team=a", "--overwrite"]);
		await shell.kubectl(["rollout", "restart", ...DEPLOYMENT]);
		await shell.kubectl(["rollout", "status", ...DEPLOYMENT, "--timeout=120s"]);
		await untilReady(shell);
		const { metadata, spec } = await read(DEPLOYMENT);
		assert.equal((metadata as { labels?: Record<string, string> }).labels?.team, "a");
		assert.match(JSON.stringify(spec), /kubectl\.kubernetes\.io\/restartedAt/);

		const objects = [WEBHOOK, SERVICE, POLICY, INSTALLATION, CLUSTER_ROLE, ROLE_BINDING];
		const versions = async () =>
			(await Promise.all(objects.map(read))).map(
				({ kind, metadata }) => `${kind} ${metadata.resourceVersion}`,
			);
		const before = await versions();
		for (const value of ["1", "2", "3"])
			await shell.kubectl([
				"annotate",
				...FURNACE,
				...IN_NAMESPACE,
				"--overwrite",
				`test/look-again=${value}`,
			]);
		// seen to have looked: what was broken after the annotations is healed
		await shell.kubectl(["delete", ...POLICY]);
		await eventually("the policy", () => read(POLICY), HEALED_SECONDS);
		const after = await versions();
		const isPolicy = (line: string) => line.startsWith("NetworkPolicy");
		assert.deepEqual(
			after.filter((line) => !isPolicy(line)),
			before.filter((line) => !isPolicy(line)),
		);
		await shell.kubectl(["annotate", ...FURNACE, ...IN_NAMESPACE, "test/look-again-"]);
		await shell.kubectl(["label", ...DEPLOYMENT, "team-"]);
	});
});

/** What was written, without what only says when and by whom. */
function contentOf({ metadata, status: _status, ...content }: LiveObject): string {
	const { labels, ownerReferences, uid } = metadata as Record<string, unknown>;
	return JSON.stringify({ content, labels, ownerReferences, uid });
}
