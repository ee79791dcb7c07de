import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { findCommand, run } from "./commands.ts";
import { ADDRESSES, CGROUP, type ClusterConfig } from "./config.ts";
import { clusterChains } from "./iptables.ts";
import { readMachineNote } from "./machine-note.ts";
import { ownProcesses } from "./ownership.ts";

/** What of a cluster is on the machine, each line of it readable by whoever finds it left behind. */
export interface Traces {
	processes: string[];
	mounts: string[];
	interfaces: string[];
	iptables: string[];
	cgroups: string[];
	folders: string[];
}

export async function findTraces(config: ClusterConfig): Promise<Traces> {
	const [links, addresses, iptables] = await Promise.all([
		ip("link", "show", "type", "veth"),
		ip("address", "show"),
		iptablesTraces(config),
	]);
	return {
		processes: ownProcesses().map(({ name, pid }) => `${name} (${pid})`),
		mounts: clusterMounts(readFileSync("/proc/self/mounts", "utf8"), config.stateDir),
		interfaces: [...podInterfaces(links, addresses), ...nodeAddresses(addresses)],
		iptables,
		cgroups: cgroupFolders(),
		folders: existsSync(config.stateDir) ? [config.stateDir] : [],
	};
}

/** @returns the kinds of traces that there are, with how many; empty: nothing */
export function describeTraces(traces: Traces): string[] {
	return Object.entries(traces as unknown as Record<string, string[]>)
		.filter(([, found]) => found.length > 0)
		.map(([kind, found]) => `${kind}: ${found.join(", ")}`);
}

/** @returns mount points of the cluster that the machine sees, innermost first; its node's own namespace should hold them all */
export function clusterMounts(mounts: string, stateDir: string): string[] {
	return mounts
		.split("\n")
		.map((line) => line.split(" ")[1] ?? "")
		.filter((target) => target.startsWith(`${stateDir}/`))
		.reverse();
}

/** @returns the node's ends of pods' cables: veth interfaces that carry the pods' gateway address */
export function podInterfaces(links: string, addresses: string): string[] {
	const gateway = ADDRESSES.pods.replace(/0\/\d+$/, "1/");
	const holders = linesWith(addresses, ` inet ${gateway}`).map((line) => line.split(/\s+/)[1]);
	return links
		.split("\n")
		.map((line) => /^\d+: ([^:@]+)/.exec(line)?.[1])
		.filter((name): name is string => name !== undefined && holders.includes(name));
}

/** @returns the control groups' folders, one a hierarchy */
export function cgroupFolders(): string[] {
	return cgroupHierarchies()
		.map((hierarchy) => join(hierarchy, CGROUP))
		.filter((folder) => existsSync(folder));
}

/** @returns where control groups are mounted: one folder with version 2, one a controller with version 1 */
export function cgroupHierarchies(): string[] {
	return cgroupMounts(readFileSync("/proc/self/mounts", "utf8"));
}

export function cgroupMounts(mounts: string): string[] {
	return mounts
		.split("\n")
		.map((line) => line.split(" "))
		.filter(([, , type]) => type === "cgroup" || type === "cgroup2")
		.map(([, target]) => target as string);
}

/** @returns nothing where the command is missing: then no cluster was brought up here either */
const ip = async (...args: string[]): Promise<string> =>
	findCommand("ip") === undefined ? "" : run("ip", ["-o", ...args]);

async function iptablesTraces(config: ClusterConfig): Promise<string[]> {
	const families = ["iptables", "ip6tables"] as const;
	const found = families.map(async (family) => {
		if (findCommand(`${family}-save`) === undefined) return [];
		const saved = await run(`${family}-save`, []);
		return clusterChains(saved, readMachineNote(config)?.chains[family]).map((chain) => `${family} ${chain}`);
	});
	return (await Promise.all(found)).flat();
}

const nodeAddresses = (addresses: string): string[] =>
	linesWith(addresses, ` inet ${ADDRESSES.node}/32`).map(
		(line) => `${ADDRESSES.node} on ${line.split(/\s+/)[1]}`,
	);

const linesWith = (text: string, part: string): string[] =>
	text.split("\n").filter((line) => line.includes(part));
