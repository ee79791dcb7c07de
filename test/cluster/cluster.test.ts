import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { BASE_IMAGE } from "./base-image.ts";
import { EXIT } from "./outcomes.ts";
import { ownProcesses } from "./ownership.ts";
import { openShell, pictureOfMachine, type Shell, whySkipped } from "./shell.ts";
import { ASK_JOB, ASKING, HELLO_POD, HELLO_SERVICE } from "./test-objects.ts";

const MINUTE = 60_000;

describe("the test cluster", { skip: await whySkipped(), timeout: 8 * MINUTE }, () => {
	test("a life of it: up, pods, Services, a crash, up again, down, and nothing is left", async (t) => {
		await openShell().cluster("down");
		const before = await pictureOfMachine();
		t.after(() => openShell().cluster("down"));

		await t.test("comes up, also where it is up", async () => {
			await openShell().cluster("up");
			const running = pidsOfParts();
			await openShell().cluster("up");
			assert.deepEqual(pidsOfParts(), running, "a second up starts nothing anew");
			assert.equal(await openShell().exitCodeOf("status"), EXIT.ok);
		});

		const shell = await openShell().withEnvironment();
		await t.test("runs a pod to completion that finds a Service by name", () => pods(shell));
		await t.test("knows an ordinary user, and tokens for an audience", () => users(shell));
		await t.test("comes up after a crash", () => crash(shell));

		await t.test("goes down and leaves nothing", async () => {
			await shell.cluster("down");
			await shell.cluster("down");
			assert.equal(await shell.exitCodeOf("status"), EXIT.down);
			assert.deepEqual(await pictureOfMachine(), before);
		});
	});
});

/** Of what runs all the time; kubelet and containerd start and end helpers as they go. */
function pidsOfParts(): number[] {
	const parts = ["etcd", "kube-apiserver", "kubelet", "kube-proxy", "containerd", "coredns"];
	return ownProcesses()
		.filter(({ name }) => parts.includes(name))
		.map(({ pid }) => pid)
		.sort((a, b) => a - b);
}

async function pods(shell: Shell): Promise<void> {
	await shell.cluster("base");
	await shell.cluster("load", BASE_IMAGE);
	for (const object of [HELLO_POD, HELLO_SERVICE]) await shell.kubectl(["apply", "-f", "-"], object);
	await shell.kubectl(["wait", "--for=condition=Ready", "pod/hello", "--timeout=60s"]);
	await shell.kubectl(["apply", "-f", "-"], ASK_JOB);
	await shell.kubectl(["wait", "--for=condition=Complete", "job/ask", "--timeout=60s"]);
	assert.equal(await shell.kubectl(["logs", "job/ask"]), "hello from a pod\n");
	const itself = await shell.kubectl(["exec", "hello", "--", "node", "--eval", ASKING]);
	assert.equal(itself, "hello from a pod\n");
}

async function users(shell: Shell): Promise<void> {
	assert.match(await shell.kubectl(["get", "--raw", "/metrics"]), /^apiserver_request_total/m);
	const asAlice = ["--kubeconfig", shell.environment.ALICE_KUBECONFIG ?? ""];
	await assert.rejects(shell.kubectl([...asAlice, "get", "pods"]), /Forbidden.*"alice"/s);
	const token = await shell.kubectl(["create", "token", "default", "--audience=furnace"]);
	const review = (audience: string) =>
		shell.kubectl(["create", "-f", "-", "-o", "jsonpath={.status.authenticated} {.status.audiences}"], {
			apiVersion: "authentication.k8s.io/v1",
			kind: "TokenReview",
			spec: { token, audiences: [audience] },
		});
	assert.equal(await review("furnace"), 'true ["furnace"]');
	assert.doesNotMatch(await review("another"), /true/);
}

async function crash(shell: Shell): Promise<void> {
	for (const { pid, name } of ownProcesses()) {
		if (name === "containerd" || name === "containerd-shim" || name === "kubelet")
			process.kill(pid, "SIGKILL");
	}
	assert.equal(await shell.exitCodeOf("status"), EXIT.failed);
	await shell.cluster("up");
	assert.equal(await shell.kubectl(["get", "pods", "-o", "name"]), "");
}
