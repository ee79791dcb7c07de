import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { type Connection, connectCluster } from "../../../kubernetes/connect.ts";
import { recordEvent } from "../../../kubernetes/events.ts";
import { KINDS } from "../../../kubernetes/kinds.ts";
import type { KubernetesObject } from "../../../kubernetes/objects.ts";
import { openCluster, type Shell, whySkipped } from "../../cluster/shell.ts";
import { eventually } from "../../e2e/furnace.ts";

const NAMESPACE = "kubernetes-connection";

interface ConfigMapObject extends KubernetesObject {
	readonly data?: Readonly<Record<string, string>>;
}

describe("a connection to a real API server", { skip: await whySkipped(), timeout: 480_000 }, () => {
	let shell: Shell;
	let admin: Connection;
	let alice: Connection;
	before(async () => {
		shell = await openCluster();
		admin = connectCluster({ kubeconfig: shell.environment.KUBECONFIG ?? "" });
		alice = connectCluster({ kubeconfig: shell.environment.ALICE_KUBECONFIG ?? "" });
		await admin.apply(KINDS.namespace, { metadata: { name: NAMESPACE } }, { fieldManager: "test" });
	});
	after(async () => {
		await admin?.delete(KINDS.namespace, NAMESPACE);
		await Promise.all([admin?.close(), alice?.close()]);
	});

	const metadata = (name: string) => ({ name, namespace: NAMESPACE });

	test("knows the version", async () => {
		const { major, minor } = await admin.version();
		assert.ok(major === 1 && minor >= 29);
	});

	test("applies over what another manager holds, and gives up what it no longer says", async () => {
		const object = (data: object) => ({ metadata: metadata("applied"), data });
		await admin.apply(KINDS.configMap, object({ ours: "1", contested: "1" }), { fieldManager: "one" });
		await admin.apply(KINDS.configMap, object({ contested: "2" }), { fieldManager: "two" });
		const both = await admin.get<ConfigMapObject>(KINDS.configMap, "applied", NAMESPACE);
		assert.deepEqual(both?.data, { ours: "1", contested: "2" });
		const left = await admin.apply<ConfigMapObject>(KINDS.configMap, object({}), { fieldManager: "one" });
		assert.deepEqual(left.data, { contested: "2" });
	});

	test("applies a status without touching the rest", async () => {
		const service = { metadata: metadata("service"), spec: { ports: [{ name: "https", port: 443 }] } };
		await admin.apply(KINDS.service, service, { fieldManager: "test" });
		const condition = {
			type: "Tried",
			status: "True",
			reason: "Test",
			message: "",
			lastTransitionTime: "2026-01-01T00:00:00Z",
		};
		const applied = await admin.apply<KubernetesObject & { spec: { ports: object[] }; status: object }>(
			KINDS.service,
			{ metadata: metadata("service"), status: { conditions: [condition] } },
			{ fieldManager: "test", subresource: "status" },
		);
		assert.deepEqual(applied.status, { loadBalancer: {}, conditions: [condition] });
		assert.equal(applied.spec.ports.length, 1);
	});

	test("creates once, replaces only what it knows, deletes only what was meant", async () => {
		const created = await admin.create<ConfigMapObject>(KINDS.configMap, { metadata: metadata("once") });
		await assert.rejects(admin.create(KINDS.configMap, { metadata: metadata("once") }), {
			name: "KubernetesError",
			status: 409,
			reason: "AlreadyExists",
		});
		await admin.replace(KINDS.configMap, { ...created, data: { a: "1" } });
		await assert.rejects(admin.replace(KINDS.configMap, { ...created, data: { a: "2" } }), {
			status: 409,
			reason: "Conflict",
		});
		await admin.delete(KINDS.configMap, "once", NAMESPACE, { uid: "another" });
		assert.ok(await admin.get(KINDS.configMap, "once", NAMESPACE));
		await admin.delete(KINDS.configMap, "once", NAMESPACE, { uid: created.metadata.uid ?? "" });
		await admin.delete(KINDS.configMap, "once", NAMESPACE);
		assert.equal(await admin.get(KINDS.configMap, "once", NAMESPACE), null);
	});

	test("lists more than a page", async () => {
		await Promise.all(
			Array.from({ length: 520 }, (_, at) =>
				admin.create(KINDS.configMap, { metadata: { ...metadata(`many-${at}`), labels: { many: "yes" } } }),
			),
		);
		const listed = await admin.list(KINDS.configMap, { namespace: NAMESPACE, labelSelector: "many=yes" });
		assert.equal(new Set(listed.map(({ metadata }) => metadata.name)).size, 520);
		const [one] = await admin.list(KINDS.configMap, {
			namespace: NAMESPACE,
			fieldSelector: "metadata.name=many-7",
		});
		assert.equal(one?.metadata.name, "many-7");
	});

	test("is refused what its user may not", async () => {
		await assert.rejects(alice.list(KINDS.secret, { namespace: NAMESPACE }), {
			status: 403,
			reason: "Forbidden",
		});
	});

	test("a token holds for its audience alone", async () => {
		const token = (
			await shell.kubectl(["create", "token", "default", "-n", NAMESPACE, "--audience=furnace"])
		).trim();
		const answer = await admin.reviewToken(token, "furnace");
		assert.equal(answer?.username, `system:serviceaccount:${NAMESPACE}:default`);
		assert.deepEqual(answer?.audiences, ["furnace"]);
		assert.ok(answer?.groups.includes(`system:serviceaccounts:${NAMESPACE}`));
		assert.equal(await admin.reviewToken(token), null);
		assert.equal(await admin.reviewToken(token, "another"), null);
		assert.equal(await admin.reviewToken("nonsense", "furnace"), null);
		assert.equal(await admin.reviewToken("", "furnace"), null);
	});

	test("an access review sees the groups", async () => {
		const api = "rbac.authorization.k8s.io";
		await admin.apply(
			KINDS.role,
			{
				metadata: metadata("readers"),
				rules: [{ apiGroups: ["furnace.hyperfoil.io"], resources: ["recordings"], verbs: ["get"] }],
			},
			{ fieldManager: "test" },
		);
		await admin.apply(
			KINDS.roleBinding,
			{
				metadata: metadata("readers"),
				roleRef: { apiGroup: api, kind: "Role", name: "readers" },
				subjects: [{ apiGroup: api, kind: "Group", name: "developers" }],
			},
			{ fieldManager: "test" },
		);
		const question = {
			user: "alice",
			groups: ["developers"],
			extra: { "scopes.example/of": ["all"] },
			verb: "get",
			group: "furnace.hyperfoil.io",
			resource: "recordings",
			namespace: NAMESPACE,
		};
		await eventually("the binding counts", async () => (await admin.reviewAccess(question)) || undefined);
		assert.equal(await admin.reviewAccess({ ...question, groups: [] }), false);
		assert.equal(await admin.reviewAccess({ ...question, verb: "delete" }), false);
		assert.equal(await admin.reviewAccess({ ...question, namespace: "default" }), false);
	});

	test("an Event of a fixed name is told once, and kubectl shows it", async () => {
		const map = await admin.create(KINDS.configMap, { metadata: metadata("told") });
		const uid = map.metadata.uid ?? "";
		const event = {
			about: { apiVersion: "v1", kind: "ConfigMap", name: "told", namespace: NAMESPACE, uid },
			reason: "Tried",
			message: "ü".repeat(2000),
			type: "Warning",
			reporter: "furnace-test",
		} as const;
		for (const _ of [1, 2]) await recordEvent(admin, { ...event, name: "told.once" });
		await recordEvent(admin, { ...event, message: "another" });
		const node = { apiVersion: "v1", kind: "Node", name: "Strange:Name" };
		await recordEvent(admin, { ...event, about: node, message: "about a node" });
		const shown = await shell.kubectl(["describe", "configmap", "told", "-n", NAMESPACE]);
		assert.equal(shown.match(/Warning\s+Tried/g)?.length, 2);
	});
});
