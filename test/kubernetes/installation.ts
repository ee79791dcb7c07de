import { join } from "node:path";
import { run } from "../cluster/commands.ts";
import { openCluster, type Shell } from "../cluster/shell.ts";
import { TARGETS_IMAGE } from "../targets/image.ts";

/** Furnace's own namespace, as its manifests say. */
export const FURNACE_NAMESPACE = "furnace";
/** Images by what is in them; `npm run images` makes them. */
export const IMAGES = {
	server: "localhost/furnace-server:dev",
	sidecar: "localhost/furnace-sidecar:dev",
	targets: TARGETS_IMAGE,
} as const;

const OVERLAY = join(import.meta.dirname, "../../deploy/overlays/dev");
const FURNACE = join(import.meta.dirname, "../../deploy/furnace.yaml");
const READY_SECONDS = 180;
/** A ConfigMap that says which images a cluster was given: loading them takes longer than asking. */
const LOADED = { name: "furnace-test-images", namespace: "default" } as const;

/**
 * The cluster, brought up, with these very images loaded and Furnace installed as README says; what a test file before has done already
 * is not done again. It stays: the next file goes on with it.
 */
export async function openInstallation(): Promise<Shell> {
	const shell = await openCluster();
	await loadImages(shell);
	await install(shell);
	return shell;
}

/** The two commands of README, then waits until the Furnace is Ready. */
export async function install(shell: Shell): Promise<void> {
	await shell.kubectl(["apply", "-k", OVERLAY]);
	await shell.kubectl(["apply", "-f", FURNACE]);
	await untilReady(shell);
}

export async function untilReady(shell: Shell): Promise<void> {
	await shell.kubectl(["wait", "--for=condition=Ready", `--timeout=${READY_SECONDS}s`, "-f", FURNACE]);
}

/** All of README's removal, in its order. */
export async function remove(shell: Shell): Promise<void> {
	await shell.kubectl(["delete", "-f", FURNACE, "--ignore-not-found", "--timeout=60s"]);
	await removeAtOnce(shell);
}

/** Only its last command. */
export async function removeAtOnce(shell: Shell): Promise<void> {
	await shell.kubectl(["delete", "-k", OVERLAY, "--ignore-not-found", "--timeout=60s"]);
}

/** Other images than last time: what runs with the old ones is removed with them. */
async function loadImages(shell: Shell): Promise<void> {
	const names = Object.values(IMAGES);
	const ids = await run("podman", ["image", "inspect", "--format", "{{.Id}}", ...names]);
	const wanted = Buffer.from(ids).toString("hex");
	const read = ["get", "configmap", LOADED.name, "-n", LOADED.namespace, "--ignore-not-found"];
	if ((await shell.kubectl([...read, "-o", "jsonpath={.data.ids}"])) === wanted) return;
	await removeAtOnce(shell).catch(() => {});
	await shell.cluster("load", ...names);
	const data = { ids: wanted };
	await shell.kubectl(["apply", "-f", "-"], { apiVersion: "v1", kind: "ConfigMap", metadata: LOADED, data });
}
