import { copyFileSync, existsSync, globSync, mkdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { pipe, run } from "./commands.ts";
import type { ClusterConfig } from "./config.ts";
import { requireBaseImagePackages } from "./machine.ts";
import { progress, step } from "./outcomes.ts";

/** Debian with Node, in podman's store: what images are built on where the usual base cannot be pulled. */
export const BASE_IMAGE = "localhost/node-base:1";
const NODE_LABEL = "org.opencontainers.image.version";
const DEBOOTSTRAP_TIMEOUT_MS = 900_000;

/** Makes the base image unless podman has it with this very Node. */
export async function ensureBaseImage({ cacheDir }: ClusterConfig): Promise<void> {
	if ((await nodeVersionOf(BASE_IMAGE)) === process.version) return progress(`${BASE_IMAGE} is there`);
	await requireBaseImagePackages();
	const rootfs = await ensureRootfs(cacheDir);
	copyFileSync(process.execPath, join(rootfs, "usr/local/bin/node"));
	const changes = [`LABEL ${NODE_LABEL}=${process.version}`, 'CMD ["node"]'].flatMap((line) => [
		"--change",
		line,
	]);
	await step(`Making ${BASE_IMAGE}`, () =>
		pipe(["tar", "-C", rootfs, "-c", "."], ["podman", "import", "--quiet", ...changes, "-", BASE_IMAGE]),
	);
}

/** @returns where this machine's apt gets that suite from; undefined: debootstrap knows a place itself */
export function mirrorOf(sources: string, suite: string): string | undefined {
	const entries = sources.split(/\n\s*\n/).map((stanza) => ({
		address: /^URIs:\s*(\S+)/m.exec(stanza)?.[1],
		suites: /^Suites:\s*(.+)$/m.exec(stanza)?.[1]?.split(/\s+/) ?? [],
	}));
	const lines = [...sources.matchAll(/^deb\s+(?:\[.*?\]\s+)?(\S+)\s+(\S+)/gm)].map(([, address, named]) => ({
		address,
		suites: [named],
	}));
	return [...entries, ...lines].find(({ suites }) => suites.includes(suite))?.address;
}

async function ensureRootfs(cacheDir: string): Promise<string> {
	const suite = /^VERSION_CODENAME=(\S+)$/m.exec(readFileSync("/etc/os-release", "utf8"))?.[1] ?? "stable";
	const rootfs = join(cacheDir, `rootfs-${suite}`);
	if (existsSync(rootfs)) return rootfs;
	const unfinished = `${rootfs}.unfinished`;
	rmSync(unfinished, { recursive: true, force: true });
	mkdirSync(cacheDir, { recursive: true });
	const mirror = mirrorOf(aptSources(), suite);
	const options = ["--variant=minbase", "--include=ca-certificates,procps"];
	const args = [...options, suite, unfinished, ...(mirror === undefined ? [] : [mirror])];
	await step("Collecting the base image's Debian packages (once, about a minute)", () =>
		run("debootstrap", args, { timeoutMs: DEBOOTSTRAP_TIMEOUT_MS }),
	);
	rmSync(join(unfinished, "var/cache/apt/archives"), { recursive: true, force: true });
	renameSync(unfinished, rootfs);
	return rootfs;
}

function aptSources(): string {
	return globSync(["/etc/apt/sources.list", "/etc/apt/sources.list.d/*.{list,sources}"])
		.map((path) => readFileSync(path, "utf8"))
		.join("\n\n");
}

async function nodeVersionOf(image: string): Promise<string | undefined> {
	const format = `{{index .Labels "${NODE_LABEL}"}}`;
	const inspected = run("podman", ["image", "inspect", "--format", format, image]);
	return inspected.then(
		(text) => text.trim(),
		() => undefined,
	);
}
