import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Shell } from "../../cluster/shell.ts";

/** A line to the API server that can be cut. */
export interface CutLine {
	/** path of a kubeconfig that goes through it, with the administrator's rights */
	kubeconfig: string;
	/** As if the API server had gone: connections end, and new ones are refused. */
	cut(): void;
	mend(): void;
	close(): Promise<void>;
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
	const sockets = new Set<Socket>();
	let isCut = false;
	const server = createServer((socket) => {
		if (isCut) return void socket.destroy();
		const upstream = connect(Number(port), hostname);
		for (const [one, other] of [
			[socket, upstream],
			[upstream, socket],
		] as const) {
			sockets.add(one);
			one.on("error", () => other.destroy());
			one.on("close", () => {
				sockets.delete(one);
				other.destroy();
			});
			one.pipe(other);
		}
	});
	server.listen(0, "127.0.0.1");
	await once(server, "listening");
	cluster.server = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
	const { kubeconfig, remove } = writeKubeconfig(config);
	const cut = () => {
		isCut = true;
		for (const socket of sockets) socket.destroy();
	};
	return {
		kubeconfig,
		cut,
		mend() {
			isCut = false;
		},
		async close() {
			cut();
			server.close();
			await once(server, "close");
			remove();
		},
	};
}
