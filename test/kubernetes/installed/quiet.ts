import type { Shell } from "../../cluster/shell.ts";
import { eventually } from "../../e2e/furnace.ts";
import type { Pod } from "../objects.ts";

const QUIET_SECONDS = 120;

/**
 * Waits until no pod of the cluster comes or goes. Each takes a network interface with it, and Chromium gives up all requests when
 * one of the machine's interfaces changes (ERR_NETWORK_CHANGED).
 */
export async function untilQuiet(shell: Shell): Promise<void> {
	const isRestless = async () => {
		const { items } = JSON.parse(await shell.kubectl(["get", "pods", "-A", "-o", "json"])) as {
			items: Pod[];
		};
		return items.some(
			({ metadata, status }) => status.phase === "Pending" || metadata.deletionTimestamp !== undefined,
		);
	};
	await eventually("no pod comes or goes", async () => !(await isRestless()), QUIET_SECONDS);
}
