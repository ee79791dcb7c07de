import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Shell } from "../../cluster/shell.ts";
import { type CutLine as AnyCutLine, openLineTo } from "../../e2e/cut-line.ts";

/** A line to the API server that can be cut. */
export interface CutLine extends AnyCutLine {
	/** path of a kubeconfig that goes through it, with the administrator's rights */
	kubeconfig: string;
}

interface Kubeconfig {
	clusters: { cluster: { server: string } }[];
	users: { user: { token: string } }[];
}

async function readKubeconfig(shell: Shell): Promise<Kubeconfig> {
	return JSON.parse(await shell.kubectl(["config", "view", "--raw", "-o", "json"])) as Kubeconfig;
}

/** @returns its path, and what removes it */
function writeKubeconfig(config: Kubeconfig): { kubeconfig: string; remove(): void } {
	const folder = mkdtempSync(join(tmpdir(), "furnace-kubeconfig-"));
	const kubeconfig = join(folder, "kubeconfig");
	writeFileSync(kubeconfig, JSON.stringify(config), { mode: 0o600 });
	return { kubeconfig, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** The shell's kubeconfig with somebody else's token. */
export async function kubeconfigWith(shell: Shell, token: string) {
	const config = await readKubeconfig(shell);
	for (const { user } of config.users) user.token = token;
	return writeKubeconfig(config);
}

export async function openLine(shell: Shell): Promise<CutLine> {
	const config = await readKubeconfig(shell);
	const cluster = config.clusters[0]?.cluster;
	if (cluster === undefined) throw new Error("the kubeconfig names no cluster");
	const { hostname, port } = new URL(cluster.server);
	const line = await openLineTo(hostname, Number(port));
	cluster.server = `https://127.0.0.1:${line.port}`;
	const { kubeconfig, remove } = writeKubeconfig(config);
	return {
		...line,
		kubeconfig,
		async close() {
			await line.close();
			remove();
		},
	};
}
