import { readdirSync, rmdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { findCommand, run } from "./commands.ts";
import { ADDRESSES, type ClusterConfig } from "./config.ts";
import { removalScript } from "./iptables.ts";
import { readMachineNote, restoreSettings } from "./machine-note.ts";
import { COVERED_FOLDERS } from "./node.ts";
import { ClusterError } from "./outcomes.ts";
import { killOwnProcesses } from "./ownership.ts";
import { cgroupFolders, describeTraces, findTraces } from "./traces.ts";
import { until } from "./waiting.ts";

const VANISH_MS = 5000;

/**
 * Removes every trace of a cluster from the machine, in whatever state it is: running, half started, crashed.
 * @throws ClusterError naming what could not be removed
 */
export async function tearDown(config: ClusterConfig): Promise<void> {
	await killOwnProcesses();
	await removeMounts(config);
	await removeInterfaces(config);
	await removeIptables(config);
	const note = readMachineNote(config);
	if (note !== undefined) restoreSettings(note);
	await until("the control groups are empty", VANISH_MS, removeCgroups);
	for (const folder of COVERED_FOLDERS) removeIfEmpty(folder);
	rmSync(config.stateDir, { recursive: true, force: true });
	const left = describeTraces(await findTraces(config));
	if (left.length > 0) throw new ClusterError(`could not be removed: ${left.join("; ")}`);
}

/** None are expected, since the node has a mount namespace of its own; what is there must go before folders are removed. */
async function removeMounts(config: ClusterConfig): Promise<void> {
	for (const target of (await findTraces(config)).mounts) await run("umount", ["--lazy", target]);
	const { mounts } = await findTraces(config);
	if (mounts.length > 0) throw new ClusterError(`cannot be unmounted: ${mounts.join(", ")}`);
}

/** Pods' interfaces go with their network namespaces, a moment after the processes. */
async function removeInterfaces(config: ClusterConfig): Promise<void> {
	await run("ip", ["address", "del", `${ADDRESSES.node}/32`, "dev", "lo"]).catch(() => {});
	const gone = async () => (await findTraces(config)).interfaces.length === 0;
	await until("pods' interfaces are gone", VANISH_MS, gone).catch(async () => {
		for (const name of (await findTraces(config)).interfaces)
			await run("ip", ["link", "del", name]).catch(() => {});
	});
}

async function removeIptables(config: ClusterConfig): Promise<void> {
	for (const family of ["iptables", "ip6tables"] as const) {
		if (findCommand(`${family}-save`) === undefined) continue;
		const foreign = readMachineNote(config)?.chains[family];
		const script = removalScript(await run(`${family}-save`, []), foreign);
		if (script !== "") await run(`${family}-restore`, ["--noflush", "--wait=10"], { input: script });
	}
}

/** @returns whether all are gone: a group is busy for a moment after its last process was killed */
function removeCgroups(): boolean {
	return cgroupFolders().map(removeTree).every(Boolean);
}

/** A control group is removed as a folder without its files; those below it first. */
function removeTree(folder: string): boolean {
	const inner = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory());
	const emptied = inner.map((entry) => removeTree(join(folder, entry.name))).every(Boolean);
	return emptied && removeIfEmpty(folder);
}

function removeIfEmpty(folder: string): boolean {
	try {
		rmdirSync(folder);
		return true;
	} catch (error) {
		return (error as NodeJS.ErrnoException).code === "ENOENT";
	}
}
