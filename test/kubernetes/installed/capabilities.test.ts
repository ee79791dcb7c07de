import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { agentRoutes } from "../../../contract/agent-routes.ts";
import { serverRoutes } from "../../../contract/server-routes.ts";
import { type Shell, whySkipped } from "../../cluster/shell.ts";
import { eventually } from "../../e2e/furnace.ts";
import { TARGET_COMMANDS } from "../../targets/image.ts";
import { openInstallation } from "../installation.ts";
import { makeNamespace, type TestNamespace } from "../namespaces.ts";
import { makePerson, type Person } from "../people.ts";
import { isInjected, readPod, runningPod, sidecarOf } from "../pods.ts";
import { setPrivilege } from "../settings.ts";
import { ASKING, apply, busyContainer, PROGRAM_FUNCTION, podObject, podSpec } from "../workloads.ts";
import { type Door, openDoor } from "./door.ts";

describe("a sidecar without privilege, with a few capabilities", {
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
		namespace = await makeNamespace(shell, "capabilities");
		person = await makePerson(shell, namespace.name, "recorder", "edit");
		await setPrivilege(shell, "capabilities");
	});
	after(async () => {
		await setPrivilege(shell, "privileged");
		await door?.close();
		await namespace?.remove();
	});

	for (const [where, program] of [
		["at a path that the agent's image does not have", TARGET_COMMANDS.busy[0]],
		["at a path where the agent's image has another program", TARGET_COMMANDS.misplacedBusy[0]],
	] as const) {
		test(`names the functions of a compiled program ${where}`, async () => {
			const name = await injectedPod(program);
			await runningPod(shell, namespace.name, `app=${name}`);
			const agent = door.agent(person.token, namespace.name, name);
			const body = { profiler: "perf", durationSeconds: 4 } as const;
			const { id } = await eventually("the agent takes a recording", () =>
				agent.call(agentRoutes.startRecording, { body }),
			);
			const recording = await eventually("the recording in the archive", () =>
				door.as(person.token).call(serverRoutes.getRecording, { params: { id } }),
			);
			assert.equal(recording.state, "finished");
			const folded = await door.as(person.token).open(serverRoutes.getProfile, {
				params: { id },
				query: { format: "folded" },
			});
			const lines = (await folded.text()).trimEnd().split("\n");
			const weights = (some: string[]) =>
				some.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(" "))), 0);
			const named = lines.filter((line) => line.includes(PROGRAM_FUNCTION));
			assert.ok(weights(named) > weights(lines) / 2, lines.slice(0, 10).join("\n"));
		});
	}

	/** @returns the name of a pod that got such a sidecar: a change of the privilege takes a moment to reach the webhook */
	function injectedPod(program: string): Promise<string> {
		return eventually("a pod with such a sidecar", async () => {
			const candidate = `busy-${Date.now()}`;
			const container = { ...busyContainer, command: [program] };
			await apply(shell, podObject(namespace.name, candidate, ASKING.label, podSpec(container)));
			const pod = await readPod(shell, namespace.name, candidate);
			return isInjected(pod) && !isPrivileged(sidecarOf(pod)) ? candidate : undefined;
		});
	}
});

function isPrivileged(container: object | undefined): boolean {
	const { securityContext } = (container ?? {}) as { securityContext?: { privileged?: boolean } };
	return securityContext?.privileged === true;
}
