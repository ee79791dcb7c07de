import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { get } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { serverName } from "../contract/names.ts";
import { bundleImage } from "../setup/images/bundles.ts";
import { FURNACE_IMAGES, type FurnaceImage } from "../setup/images/programs.ts";
import { pinned } from "./process-usage.ts";
import { FURNACE_NAMESPACE, type StandInCluster } from "./stand-in-cluster.ts";

const ROOT = fileURLToPath(new URL("..", import.meta.url));

/** A program that is measured, in a process of its own on a core of its own. */
export interface MeasuredProcess {
	readonly pid: number;
	/** ends it and waits until it is gone */
	end(): Promise<void>;
}

export interface DeployedServer extends MeasuredProcess {
	readonly ports: { readonly server: number; readonly admission: number };
}

/** Bundles an image's programs, as they are deployed, into a new folder. The page is left out. */
export async function bundleInto(parent: string, name: FurnaceImage["name"]): Promise<string> {
	const image = FURNACE_IMAGES.find((each) => each.name === name);
	if (image === undefined) throw new Error(`no image ${name}`);
	const folder = join(parent, name);
	await bundleImage(ROOT, { ...image, hasPage: false }, folder);
	return folder;
}

export async function temporaryFolder(): Promise<{ path: string; remove(): Promise<void> }> {
	const path = await mkdtemp(join(tmpdir(), "furnace-bench-"));
	return { path, remove: () => rm(path, { recursive: true, force: true }) };
}

/**
 * The server's program from its image, with the stand-in for a cluster; ready when this returns.
 * @param folder of the bundle, from bundleInto()
 */
export async function startDeployedServer(folder: string, cluster: StandInCluster): Promise<DeployedServer> {
	const archive = await mkdtemp(join(tmpdir(), "furnace-bench-archive-"));
	const child = spawn(...pinned(process.execPath, join(folder, "server.mjs")), {
		env: {
			NODE_ENV: "production",
			PATH: process.env.PATH,
			KUBECONFIG: cluster.kubeconfig,
			FURNACE_NAMESPACE,
			FURNACE_POD_NAME: "furnace-server-bench",
			FURNACE_ARCHIVE: archive,
			FURNACE_PORT: "0",
			FURNACE_ADMISSION_PORT: "0",
			FURNACE_DRAIN_SECONDS: "0",
		},
		stdio: ["ignore", "pipe", "inherit"],
	});
	const measured = measuredProcess(child);
	const end = async () => {
		await measured.end();
		await rm(archive, { recursive: true, force: true });
	};
	try {
		const ports = await portsSaid(child);
		await ready(ports.server, cluster.ca);
		return { ...measured, ports, end };
	} catch (error) {
		await end();
		throw error;
	}
}

// a bench that is interrupted leaves nothing running
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(1));

export function measuredProcess(child: ChildProcess): MeasuredProcess {
	const { pid } = child;
	if (pid === undefined) throw new Error(`${child.spawnfile} could not be started`);
	const ended = once(child, "exit");
	process.once("exit", () => child.kill("SIGKILL"));
	return {
		pid,
		async end() {
			child.kill("SIGTERM");
			await ended;
		},
	};
}

/** They are in the log. */
async function portsSaid(child: ChildProcess): Promise<DeployedServer["ports"]> {
	const output = child.stdout as Readable;
	for await (const line of createInterface({ input: output })) {
		const { server, admission } = JSON.parse(line);
		if (server === undefined) continue;
		// whatever else it says must not fill the pipe
		output.resume();
		return { server, admission };
	}
	throw new Error("the server ended before it listened");
}

async function ready(port: number, ca: string): Promise<void> {
	while ((await statusOf(port, ca)) !== 200) await wait(100);
}

function statusOf(port: number, ca: string): Promise<number | undefined> {
	return new Promise((resolve) => {
		const servername = serverName(FURNACE_NAMESPACE);
		const request = get({ host: "127.0.0.1", port, path: "/readyz", agent: false, ca, servername });
		request.on("response", (response) => resolve(response.resume().statusCode));
		// until it has read its certificate it shows one that nobody trusts
		request.on("error", () => resolve(undefined));
	});
}
