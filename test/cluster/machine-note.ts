import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { run } from "./commands.ts";
import type { ClusterConfig } from "./config.ts";
import { clusterChains } from "./iptables.ts";

/** Settings of the kernel that the kubelet, kube-proxy and we change. */
const SETTINGS = [
	"net/ipv4/ip_forward",
	"net/ipv4/conf/all/route_localnet",
	"vm/overcommit_memory",
	"vm/panic_on_oom",
	"kernel/panic",
	"kernel/panic_on_oops",
	"kernel/keys/root_maxkeys",
	"kernel/keys/root_maxbytes",
];

/** How the machine was before the cluster, so that `down` leaves it like that. */
export interface MachineNote {
	settings: Record<string, string>;
	/** chains named like a cluster's that are somebody else's */
	chains: { iptables: string[]; ip6tables: string[] };
}

export async function writeMachineNote(config: ClusterConfig): Promise<void> {
	const settings = SETTINGS.filter((name) => existsSync(pathOf(name))).map((name) => [
		name,
		readSetting(name),
	]);
	const [iptables, ip6tables] = await Promise.all([run("iptables-save", []), run("ip6tables-save", [])]);
	const note: MachineNote = {
		settings: Object.fromEntries(settings),
		chains: { iptables: clusterChains(iptables), ip6tables: clusterChains(ip6tables) },
	};
	writeFileSync(notePath(config), JSON.stringify(note, null, "\t"));
}

/** @returns undefined where no cluster was brought up, or a crash tore the note while nothing was changed yet */
export function readMachineNote(config: ClusterConfig): MachineNote | undefined {
	try {
		return JSON.parse(readFileSync(notePath(config), "utf8"));
	} catch {
		return undefined;
	}
}

export function restoreSettings(note: MachineNote): void {
	for (const [name, value] of Object.entries(note.settings)) {
		if (readSetting(name) !== value) writeSetting(name, value);
	}
}

export function writeSetting(name: string, value: string): void {
	writeFileSync(pathOf(name), value);
}

const readSetting = (name: string): string => readFileSync(pathOf(name), "utf8").trim();
const pathOf = (name: string): string => join("/proc/sys", name);
const notePath = ({ stateDir }: ClusterConfig): string => join(stateDir, "machine.json");
