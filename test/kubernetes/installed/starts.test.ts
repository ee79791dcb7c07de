import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { AGENT_PATHS } from "../../../contract/agent-environment.ts";
import { OBJECTS, PORTS, SIDECAR_CONTAINER } from "../../../contract/names.ts";
import { SIDECAR_VOLUMES } from "../../../server/admission/sidecar.ts";
import { type Shell, whySkipped } from "../../cluster/shell.ts";
import { eventually } from "../../e2e/furnace.ts";
import { FURNACE_NAMESPACE, IMAGES, openInstallation, untilReady } from "../installation.ts";
import { makeNamespace, type TestNamespace } from "../namespaces.ts";
import type { Pod } from "../objects.ts";
import { isInjected, isRunning, readPod, runningPod, sidecarOf } from "../pods.ts";
import { ASKING, apply, idleContainer, podObject, podSpec } from "../workloads.ts";

/** A program that takes the agent's port and keeps it. */
const TAKE_PORT = `require("node:net").createServer().listen(${PORTS.agent}); setInterval(() => {}, 1000)`;
/** Processes are shared in the pod: the agent is the one that runs the sidecar image's program. */
const KILL_AGENT = `
const { readFileSync, readdirSync } = require("node:fs");
const isAgent = (pid) => readFileSync("/proc/" + pid + "/cmdline", "utf8").startsWith("node\\0/app/agent.mjs\\0");
process.kill(Number(readdirSync("/proc").filter((name) => /^[0-9]+$/.test(name)).find(isAgent)), "SIGKILL");`;
const MEGABYTES = 200;

/** Each of these was seen to keep an application from starting, its sidecar being in the way. */
describe("the sidecar never holds up the pod", { skip: await whySkipped(), timeout: 850_000 }, () => {
	let shell: Shell;
	let namespace: TestNamespace;
	before(async () => {
		shell = await openInstallation();
		namespace = await makeNamespace(shell, "starts");
	});
	after(() => namespace?.remove());

	/** Makes a pod that asks for the sidecar. @returns it as it runs, with the sidecar */
	async function start(name: string, spec: object): Promise<Pod> {
		await apply(shell, podObject(namespace.name, name, ASKING.label, spec));
		const pod = await runningPod(shell, namespace.name, `app=${name}`);
		assert.ok(isInjected(pod), "it has the sidecar");
		return pod;
	}

	describe("in a pod that gets it", { concurrency: true }, () => {
		test("a path of the node that is missing: the sidecar asks only for one that every node has", async () => {
			const pod = await start("paths", podSpec());
			const paths = (pod.spec.volumes ?? []).flatMap((volume) => volume.hostPath?.path ?? []);
			assert.deepEqual(paths, ["/usr"]);
		});

		test("a pull secret that is not there", async () => {
			const pod = await start("secret", podSpec(undefined, { imagePullSecrets: [{ name: "not-there" }] }));
			const volume = (pod.spec.volumes ?? []).find(({ name }) => name === SIDECAR_VOLUMES.pullSecrets);
			assert.match(JSON.stringify(volume), /not-there/, "it would hold up the pod if it were not optional");
		});

		test("a pod that must not run as root", async () => {
			const securityContext = { runAsNonRoot: true, runAsUser: 1000, runAsGroup: 1000, fsGroup: 1000 };
			const { metadata } = await start("nonroot", podSpec(undefined, { securityContext }));
			const id = (container: string) =>
				shell.kubectl(["exec", metadata.name, "-n", namespace.name, "-c", container, "--", "id", "-u"]);
			assert.equal((await id("app")).trim(), "1000");
			assert.equal((await id(SIDECAR_CONTAINER)).trim(), "0");
		});

		test("an agent that cannot do its work, its port being taken: it says so and does not exit", async () => {
			const squatter = {
				...idleContainer,
				name: "squatter",
				command: ["node", "--eval", TAKE_PORT],
				restartPolicy: "Always",
			};
			const { metadata } = await start("squatted", podSpec(undefined, { initContainers: [squatter] }));
			const args = ["logs", metadata.name, "-n", namespace.name, "-c", SIDECAR_CONTAINER];
			await eventually("the agent's log names the port", async () =>
				/EADDRINUSE|8444/.test(await shell.kubectl(args)),
			);
			const { status } = await readPod(shell, namespace.name, "squatted");
			const sidecar = status.initContainerStatuses?.find(({ name }) => name === SIDECAR_CONTAINER);
			assert.equal(sidecar?.restartCount, 0);
			assert.ok(sidecar?.state.running);
		});

		test("an agent that is killed comes back; the application is not touched", async () => {
			const { metadata } = await start("killed", podSpec());
			const exec = ["exec", metadata.name, "-n", namespace.name, "-c", SIDECAR_CONTAINER];
			await shell.kubectl([...exec, "--", "node", "--eval", KILL_AGENT]);
			const { status } = await eventually("the sidecar runs again", async () => {
				const pod = await readPod(shell, namespace.name, "killed");
				const sidecar = pod.status.initContainerStatuses?.find(({ name }) => name === SIDECAR_CONTAINER);
				return sidecar?.restartCount === 1 && sidecar.state.running !== undefined ? pod : undefined;
			});
			assert.deepEqual(
				status.containerStatuses?.map(({ restartCount, state }) => [
					restartCount,
					state.running !== undefined,
				]),
				[[0, true]],
			);
		});

		test("a sidecar that writes more than a volume's limit would allow: the pod is not evicted", async () => {
			const sizeLimit = "50Mi";
			const fill = (path: string) => [
				"dd",
				"if=/dev/zero",
				`of=${path}/filling`,
				"bs=1M",
				`count=${MEGABYTES}`,
			];
			const volumes = [{ name: "small", emptyDir: { sizeLimit } }];
			const volumeMounts = [{ name: "small", mountPath: "/small" }];
			const limited = { ...idleContainer, volumeMounts };
			// The kubelet evicts this one, so that it is known to look.
			await apply(shell, podObject(namespace.name, "evicted", ASKING.not, podSpec(limited, { volumes })));
			await runningPod(shell, namespace.name, "app=evicted");
			await start("filled", podSpec());
			const exec = (pod: string, container: string, command: string[]) =>
				shell.kubectl(["exec", pod, "-n", namespace.name, "-c", container, "--", ...command]);
			await exec("filled", SIDECAR_CONTAINER, fill(AGENT_PATHS.work));
			await exec("evicted", "app", fill("/small"));
			await eventually(
				"the other pod's eviction",
				async () => {
					const { status } = await readPod(shell, namespace.name, "evicted");
					return status.phase === "Failed";
				},
				180,
			);
			const pod = await readPod(shell, namespace.name, "filled");
			assert.ok(isRunning(pod));
			assert.deepEqual(
				(pod.spec.volumes ?? []).filter((volume) => volume.emptyDir?.sizeLimit !== undefined),
				[],
			);
		});
	});

	test("an image that is missing is never injected; with the right one it is again", async (t) => {
		const setImage = (image: string) =>
			shell.kubectl([
				...["set", "env", `deployment/${OBJECTS.operator}`, "-n", FURNACE_NAMESPACE],
				`FURNACE_SIDECAR_IMAGE=${image}`,
			]);
		t.after(async () => {
			await setImage(IMAGES.sidecar);
			await untilReady(shell);
		});
		await setImage("localhost/furnace-sidecar:absent");
		const name = await eventually(
			"a pod without the sidecar",
			async () => {
				const candidate = `unproven-${Date.now()}`;
				await apply(shell, podObject(namespace.name, candidate, ASKING.label));
				return isInjected(await readPod(shell, namespace.name, candidate)) ? undefined : candidate;
			},
			300,
		);
		const pod = await runningPod(shell, namespace.name, `app=${name}`);
		assert.equal(sidecarOf(pod), undefined);

		await setImage(IMAGES.sidecar);
		await eventually(
			"a pod with the sidecar",
			async () => {
				const candidate = `proven-${Date.now()}`;
				await apply(shell, podObject(namespace.name, candidate, ASKING.label));
				return isInjected(await readPod(shell, namespace.name, candidate));
			},
			300,
		);
	});
});
