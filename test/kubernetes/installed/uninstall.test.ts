import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { OBJECTS } from "../../../contract/names.ts";
import { type Shell, whySkipped } from "../../cluster/shell.ts";
import { eventually } from "../../e2e/furnace.ts";
import { FURNACE_NAMESPACE, install, openInstallation, remove, removeAtOnce } from "../installation.ts";
import { makeNamespace, type TestNamespace } from "../namespaces.ts";
import { isInjected, readPod, runningPod } from "../pods.ts";
import { ASKING, apply, podObject } from "../workloads.ts";
import { scaleToNone } from "./servers.ts";

/** In the name of everything that lies outside of our namespace. */
const OUR_NAMES = /furnace|profilepod\.io|observe\.alexeldeib\.xyz/;
/** What comes and goes by itself, of whatever was there. */
const PASSING = /^(events|leases|endpoints|endpointslices|componentstatuses)/;

describe("removing Furnace leaves nothing of it, and pods start as before", {
	skip: await whySkipped(),
	timeout: 900_000,
}, () => {
	let shell: Shell;
	let namespace: TestNamespace;
	before(async () => {
		shell = await openInstallation();
		namespace = await makeNamespace(shell, "removal");
	});
	after(() => namespace?.remove());

	async function assertGone(pod: string): Promise<void> {
		await eventually(
			"the end of the namespace and of all that is ours",
			async () => {
				const left = await objectsOfOurs(shell);
				if (left.length > 0) throw new Error(left.join("\n"));
				return true;
			},
			90,
		);
		await apply(shell, podObject(namespace.name, pod, ASKING.label));
		const started = await runningPod(shell, namespace.name, `app=${pod}`);
		assert.ok(!isInjected(started));
	}

	test("the Furnace first, then the rest", async () => {
		await apply(shell, podObject(namespace.name, "injected", ASKING.label));
		assert.ok(isInjected(await readPod(shell, namespace.name, "injected")));
		assert.notDeepEqual(await objectsOfOurs(shell), [], "they are found while they are there");
		await remove(shell);
		await assertGone("later");
		await runningPod(shell, namespace.name, "app=injected");
	});

	test("all at once, with an operator that is dead already", async () => {
		await install(shell);
		await scaleToNone(shell, OBJECTS.operator);
		await removeAtOnce(shell);
		await assertGone("much-later");
	});
});

/** @returns every object of the cluster, of whatever kind, that has our name in its own or lies in our namespace */
async function objectsOfOurs(shell: Shell): Promise<string[]> {
	const kinds = (await shell.kubectl(["api-resources", "--verbs=list", "-o", "name"])).trim().split("\n");
	const lasting = kinds.filter((kind) => !PASSING.test(kind));
	const columns = "custom-columns=KIND:.kind,NAMESPACE:.metadata.namespace,NAME:.metadata.name";
	const args = ["get", lasting.join(","), "-A", "--ignore-not-found", "--no-headers", "-o", columns];
	return (await shell.kubectl(args))
		.split("\n")
		.map((line) => line.trim().split(/\s+/).join(" "))
		.filter((line) => isOurs(line));
}

/** @param line kind, namespace and name; the images that this cluster was given are known by a ConfigMap of the tests */
function isOurs(line: string): boolean {
	const [, namespace, name] = line.split(" ");
	if (name?.startsWith("furnace-test-")) return false;
	return namespace === FURNACE_NAMESPACE || OUR_NAMES.test(name ?? "");
}
