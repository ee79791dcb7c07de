import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { after, before, describe, type TestContext, test } from "node:test";
import { fileURLToPath } from "node:url";
import { type Connection, connectCluster } from "../../../kubernetes/connect.ts";
import { KINDS } from "../../../kubernetes/kinds.ts";
import type { Lease } from "../../../kubernetes/lease-record.ts";
import type { KubernetesObject } from "../../../kubernetes/objects.ts";
import { watchObjects } from "../../../kubernetes/store.ts";
import { openCluster, whySkipped } from "../../cluster/shell.ts";
import { eventually } from "../../e2e/furnace.ts";

const NAMESPACE = "kubernetes-lease";
const PROGRAM = fileURLToPath(new URL("lease-program.ts", import.meta.url));

interface Written extends KubernetesObject {
	readonly data: { readonly by: string };
}

interface Program {
	readonly child: ChildProcess;
	/** what it printed so far */
	readonly said: string[];
}

describe("a lease, on a real API server", { skip: await whySkipped(), timeout: 240_000 }, () => {
	let kubeconfig: string;
	let connection: Connection;
	before(async () => {
		kubeconfig = (await openCluster()).environment.KUBECONFIG ?? "";
		connection = connectCluster({ kubeconfig });
		await connection.apply(KINDS.namespace, { metadata: { name: NAMESPACE } }, { fieldManager: "test" });
	});
	after(async () => {
		await connection?.delete(KINDS.namespace, NAMESPACE);
		await connection?.close();
	});

	function start(t: TestContext, name: string): Program {
		const child = spawn(process.execPath, [PROGRAM, NAMESPACE, name], {
			env: { ...process.env, KUBECONFIG: kubeconfig },
			stdio: ["ignore", "pipe", "inherit"],
		});
		const said: string[] = [];
		createInterface({ input: child.stdout }).on("line", (line) => said.push(line));
		t.after(() => child.kill("SIGKILL"));
		return { child, said };
	}

	async function says(program: Program, word: string): Promise<void> {
		await eventually(word, () => program.said.at(-1) === word || undefined);
	}

	async function stop({ child }: Program): Promise<void> {
		child.kill("SIGTERM");
		await once(child, "exit", { signal: AbortSignal.timeout(30_000) });
	}

	test("a leader that was frozen and thaws changes nothing any more; one that ends hands over", async (t) => {
		const writers: string[] = [];
		const store = watchObjects<Written, string>(connection, KINDS.configMap, {
			namespace: NAMESPACE,
			fieldSelector: "metadata.name=written",
			project: ({ data }) => data.by,
			onChange: ({ object }) => writers.at(-1) === object || writers.push(object),
		});
		t.after(() => store.close());

		const one = start(t, "one");
		await says(one, "leads");
		const two = start(t, "two");
		await eventually("one writes", () => writers.includes("one") || undefined);
		one.child.kill("SIGSTOP");
		await says(two, "leads");
		await eventually("two writes", () => writers.includes("two") || undefined);
		one.child.kill("SIGCONT");
		await says(one, "ends");
		assert.deepEqual(writers, ["one", "two"]);

		await stop(two);
		await eventually("one leads again", () => one.said.length === 3 || undefined);
		await eventually("one writes", () => writers.length === 3 || undefined);
		await stop(one);
		assert.deepEqual(writers, ["one", "two", "one"]);
		const lease = await connection.get<Lease>(KINDS.lease, "frozen", NAMESPACE);
		assert.equal(lease?.spec?.holderIdentity, "");
	});
});
