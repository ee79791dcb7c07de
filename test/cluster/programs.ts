import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join, relative } from "node:path";
import { findCommand, run } from "./commands.ts";
import type { ClusterConfig } from "./config.ts";
import { CannotRunError, ClusterError, progress, step } from "./outcomes.ts";

/** Where a Go that is not on PATH usually stands. */
const GO_FOLDERS = ["/usr/local/go/bin", "/usr/lib/go/bin"];
const KUBERNETES = [
	"kube-apiserver",
	"kube-controller-manager",
	"kube-scheduler",
	"kube-proxy",
	"kubelet",
	"kubectl",
];
/** Programs with a folder of their own beside go.mod. */
const OWN = ["etcd", "coredns", "pause"];
const BUILD_TIMEOUT_MS = 3_600_000;
const PROGRESS_EVERY_MS = 10_000;

/** @returns the folder of the programs that belong to these sources, whether they are built or not */
export function programsDir({ sources, cacheDir }: ClusterConfig): string {
	const hash = createHash("sha256").update(process.arch);
	for (const path of sourceFiles(sources))
		hash.update(`\0${relative(sources, path)}\0`).update(readFileSync(path));
	return join(cacheDir, `programs-${hash.digest("hex").slice(0, 12)}`);
}

/** Builds what the cluster runs from its Go modules, unless it is built. @returns the folder of the programs */
export async function ensurePrograms(config: ClusterConfig): Promise<string> {
	const folder = programsDir(config);
	if (existsSync(folder)) return folder;
	const go = findCommand("go", GO_FOLDERS);
	if (go === undefined) {
		throw new CannotRunError(
			"the test cluster is built with Go, which is not here: install Go 1.24 or newer",
		);
	}
	mkdirSync(config.cacheDir, { recursive: true });
	const unfinished = `${folder}.unfinished`;
	rmSync(unfinished, { recursive: true, force: true });
	await step("Building Kubernetes, etcd and CoreDNS (once, about 7 minutes on 2 cores)", () =>
		build(go, config.sources, unfinished),
	);
	renameSync(unfinished, folder);
	removeOthers(config.cacheDir, folder);
	return folder;
}

/** @returns the version of Kubernetes that a go.mod asks for, such as 1.34.4 */
export function kubernetesVersion(goMod: string): string {
	const version = /^\s*(?:require )?k8s\.io\/kubernetes v(\S+)/m.exec(goMod)?.[1];
	if (version === undefined) throw new ClusterError("go.mod names no version of k8s.io/kubernetes");
	return version;
}

/** @returns what a build from its own repository would stamp into the programs; an unstamped one calls itself v0.0.0 */
export function linkerFlags(version: string): string {
	const [major, minor] = version.split(".");
	const stamps = { gitVersion: `v${version}`, gitMajor: major, gitMinor: minor };
	return ["-s", "-w", ...Object.entries(stamps).map(([name, value]) => stamp(name, value))].join(" ");
}

const stamp = (name: string, value: string | undefined): string =>
	`-X k8s.io/component-base/version.${name}=${value}`;

async function build(go: string, sources: string, output: string): Promise<void> {
	const version = kubernetesVersion(readFileSync(join(sources, "go.mod"), "utf8"));
	const targets = [
		...OWN.map((name) => `./${name}`),
		...KUBERNETES.map((name) => `k8s.io/kubernetes/cmd/${name}`),
	];
	const env = {
		...process.env,
		CGO_ENABLED: "0",
		GOFLAGS: "-mod=readonly -trimpath -buildvcs=false",
		GOWORK: "off",
	};
	const options = { cwd: sources, env, timeoutMs: BUILD_TIMEOUT_MS };
	progress("downloading Go modules");
	const listed = await run(go, ["list", "-deps", ...targets], options);
	const report = countProgress(listed.split("\n").length);
	const args = ["build", "-v", "-ldflags", linkerFlags(version), "-o", `${output}/`, ...targets];
	await run(go, args, { ...options, onProgress: report });
}

/** @returns a listener for `go build -v`, which names each package when it is done with it */
function countProgress(total: number): (chunk: string) => void {
	let done = 0;
	let toldAt = performance.now();
	return (chunk) => {
		done += chunk.split("\n").length - 1;
		if (performance.now() - toldAt < PROGRESS_EVERY_MS) return;
		toldAt = performance.now();
		progress(`compiled ${done} packages, at most ${total}`);
	};
}

function sourceFiles(folder: string): string[] {
	return readdirSync(folder, { withFileTypes: true, recursive: true })
		.filter((entry) => entry.isFile())
		.map((entry) => join(entry.parentPath, entry.name))
		.sort();
}

/** Earlier sources' programs: half a gigabyte each. */
function removeOthers(cacheDir: string, keep: string): void {
	for (const entry of readdirSync(cacheDir)) {
		const path = join(cacheDir, entry);
		if (entry.startsWith("programs-") && path !== keep) rmSync(path, { recursive: true, force: true });
	}
}
