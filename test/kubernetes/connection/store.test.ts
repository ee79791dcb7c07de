import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, type TestContext, test } from "node:test";
import { type Connection, connectCluster } from "../../../kubernetes/connect.ts";
import { KINDS } from "../../../kubernetes/kinds.ts";
import type { KubernetesObject } from "../../../kubernetes/objects.ts";
import { watchObjects } from "../../../kubernetes/store.ts";
import { openCluster, whySkipped } from "../../cluster/shell.ts";
import { eventually } from "../../e2e/furnace.ts";
import { type MuteProxy, startMuteProxy } from "./mute-proxy.ts";

const NAMESPACE = "kubernetes-store";

interface ConfigMapObject extends KubernetesObject {
	readonly data?: Readonly<Record<string, string>>;
}

describe("stores, on a real API server", { skip: await whySkipped(), timeout: 480_000 }, () => {
	let kubeconfig: string;
	let direct: Connection;
	before(async () => {
		kubeconfig = (await openCluster()).environment.KUBECONFIG ?? "";
		direct = connectCluster({ kubeconfig });
		await direct.apply(KINDS.namespace, { metadata: { name: NAMESPACE } }, { fieldManager: "test" });
	});
	after(async () => {
		await direct?.delete(KINDS.namespace, NAMESPACE);
		await direct?.close();
	});

	/** A connection that goes through a proxy of its own. */
	async function connectThroughProxy(t: TestContext): Promise<{ proxy: MuteProxy; connection: Connection }> {
		const server = new URL(direct.server);
		const proxy = await startMuteProxy(server.hostname, { host: server.hostname, port: Number(server.port) });
		const folder = mkdtempSync(join(tmpdir(), "furnace-test-proxy-"));
		const path = join(folder, "kubeconfig");
		const proxied = readFileSync(kubeconfig, "utf8").replaceAll(
			server.host,
			`${server.hostname}:${proxy.port}`,
		);
		writeFileSync(path, proxied);
		const connection = connectCluster({ kubeconfig: path });
		t.after(async () => {
			await connection.close();
			await proxy.close();
			rmSync(folder, { recursive: true });
		});
		return { proxy, connection };
	}

	/** The values of the ConfigMaps of one test, by name. */
	function watchValues(t: TestContext, connection: Connection, set: string) {
		const logged: string[] = [];
		const note = (_details: object, message: string) => logged.push(message);
		const told: string[] = [];
		const store = watchObjects<ConfigMapObject, string>(connection, KINDS.configMap, {
			namespace: NAMESPACE,
			labelSelector: `set=${set}`,
			project: ({ data }) => data?.value ?? "",
			onChange: ({ type, name, object }) => told.push(`${type} ${name} ${object}`),
			log: { debug: note, info: note, warn: note, error: note } as never,
		});
		t.after(() => store.close());
		return { store, told, logged };
	}

	async function put(set: string, name: string, value: string): Promise<void> {
		const metadata = { name: `${set}-${name}`, namespace: NAMESPACE, labels: { set } };
		await direct.apply(KINDS.configMap, { metadata, data: { value } }, { fieldManager: "test" });
	}

	test("follow what is created, changed and deleted, and nothing else", async (t) => {
		await put("follow", "first", "1");
		const { store, told } = watchValues(t, direct, "follow");
		await store.synced;
		await put("other", "first", "1");
		await put("follow", "first", "2");
		await put("follow", "second", "1");
		await direct.delete(KINDS.configMap, "follow-first", NAMESPACE);
		await eventually("the deletion is told", async () => told.length === 4 || undefined);
		assert.deepEqual(told, [
			"added follow-first 1",
			"changed follow-first 2",
			"added follow-second 1",
			"removed follow-first 2",
		]);
		assert.deepEqual(store.list(NAMESPACE), ["1"]);
		assert.equal(store.get("follow-second", NAMESPACE), "1");
	});

	test("stay fresh while nothing happens, without listing again", async (t) => {
		const { store, logged } = watchValues(t, direct, "quiet");
		await store.synced;
		for (let second = 0; second < 30; second++) {
			await new Promise((resolve) => setTimeout(resolve, 1_000));
			assert.ok(store.staleSeconds() < 30);
		}
		await put("quiet", "late", "1");
		await eventually("it is told", async () => store.list().length === 1 || undefined);
		assert.deepEqual(logged, []);
	});

	test("notice a watch that fell silent, and what was missed", async (t) => {
		const { proxy, connection } = await connectThroughProxy(t);
		const { store, logged } = watchValues(t, connection, "mute");
		await store.synced;
		await put("mute", "before", "1");
		await eventually("it is told", async () => store.list().length === 1 || undefined);
		proxy.mute();
		await put("mute", "missed", "1");
		await direct.delete(KINDS.configMap, "mute-before", NAMESPACE);
		await eventually("it is found out", () => store.get("mute-missed", NAMESPACE), 40);
		assert.deepEqual([store.list(), logged], [["1"], ["watching the cluster was interrupted"]]);
	});

	test("outlive an API server that goes away and comes back", async (t) => {
		const { proxy, connection } = await connectThroughProxy(t);
		const { store, told } = watchValues(t, connection, "away");
		await put("away", "kept", "1");
		await eventually("it is told", async () => store.list().length === 1 || undefined);
		await proxy.cut();
		await put("away", "kept", "2");
		await eventually("it is noticed", async () => store.staleSeconds() > 4 || undefined);
		assert.deepEqual(store.list(), ["1"]);
		await assert.rejects(connection.version(), { status: 0, reason: "Unreachable" });
		await proxy.restore();
		await eventually("it is told", async () => told.length === 2 || undefined);
		assert.deepEqual(told, ["added away-kept 1", "changed away-kept 2"]);
	});
});
