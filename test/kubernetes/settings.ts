import { INSTALLATION_KEY, type Installation } from "../../contract/installation.ts";
import { OBJECTS } from "../../contract/names.ts";
import type { Shell } from "../cluster/shell.ts";
import { eventually } from "../e2e/furnace.ts";
import { FURNACE_NAMESPACE } from "./installation.ts";

/** The one Furnace's name, as deploy/furnace.yaml has it. */
export const FURNACE = ["furnaces.furnace.hyperfoil.io", "furnace"];

/** Waits until the operator has passed it on; servers hear of it a moment later. */
export async function setPrivilege(shell: Shell, privilege: Installation["privilege"]): Promise<void> {
	const patch = JSON.stringify({ spec: { sidecar: { privilege } } });
	await shell.kubectl(["patch", ...FURNACE, "-n", FURNACE_NAMESPACE, "--type=merge", "-p", patch]);
	await eventually(`sidecars are ${privilege}`, async () => {
		const installation = await readInstallation(shell);
		return installation.privilege === privilege && installation.imageProven;
	});
}

/** What the operator tells the servers. */
export async function readInstallation(shell: Shell): Promise<Installation> {
	const path = ["get", "configmap", OBJECTS.installation, "-n", FURNACE_NAMESPACE, "-o", "json"];
	const { data } = JSON.parse(await shell.kubectl(path)) as { data: Record<string, string> };
	return JSON.parse(data[INSTALLATION_KEY] ?? "{}") as Installation;
}
