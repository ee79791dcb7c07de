import { existsSync } from "node:fs";
import { delimiter } from "node:path";
import { ensureBaseImage } from "./base-image.ts";
import type { ClusterConfig } from "./config.ts";
import { findFaults } from "./health.ts";
import { loadImages } from "./images.ts";
import { exclusively } from "./lock.ts";
import { requireMachine, requirePackages } from "./machine.ts";
import { ClusterError, progress, step } from "./outcomes.ts";
import { takenPorts } from "./ports.ts";
import { ensurePrograms, programsDir } from "./programs.ts";
import { start } from "./start.ts";
import { tearDown } from "./teardown.ts";
import { describeTraces, findTraces } from "./traces.ts";

const LOCK = "furnace-test-cluster";
const BUILD_LOCK = "furnace-test-cluster-build";

export type Status =
	| { state: "up" }
	/** of no use as it is: `up` starts it anew, `down` clears it away */
	| { state: "broken"; faults: string[]; left: string[] }
	| { state: "down" };

/** Everything that is made once: Debian packages and the programs. @returns the folder of the programs */
export async function build(config: ClusterConfig): Promise<string> {
	requireMachine();
	await requirePackages();
	const programs = programsDir(config);
	if (existsSync(programs)) return programs;
	return exclusively(BUILD_LOCK, () => ensurePrograms(config));
}

/** Starts the cluster unless it runs, clearing away first what a crash left. */
export async function up(config: ClusterConfig): Promise<void> {
	const programs = await build(config);
	await exclusively(LOCK, async () => {
		const status = await statusOf(config, programs);
		if (status.state === "up") return progress("the cluster is up already");
		if (status.state === "broken") {
			await step(`Clearing away an earlier cluster (${status.faults.join("; ")})`, () => tearDown(config));
		}
		const taken = takenPorts();
		if (taken.length > 0) {
			throw new ClusterError(
				`port ${taken.join(", ")} is taken on this machine: does another Kubernetes run here?`,
			);
		}
		await step("Starting the cluster", () => start(config, programs));
	});
}

/** Ends the cluster and removes every trace of it. */
export async function down(config: ClusterConfig): Promise<void> {
	requireMachine();
	await exclusively(LOCK, async () => {
		if ((await statusOf(config, programsDir(config))).state === "down")
			return progress("the cluster is down");
		await step("Ending the cluster", () => tearDown(config));
	});
}

export async function status(config: ClusterConfig): Promise<Status> {
	requireMachine();
	return statusOf(config, programsDir(config));
}

/** Makes the image that others are built on where no registry is in reach. */
export async function base(config: ClusterConfig): Promise<void> {
	requireMachine();
	await requirePackages();
	await exclusively(BUILD_LOCK, () => ensureBaseImage(config));
}

/** Copies images from podman's store into the running cluster. */
export async function load(config: ClusterConfig, images: string[]): Promise<void> {
	requireMachine();
	if (!existsSync(config.containerdSocket)) throw new ClusterError("the cluster is down: bring it up first");
	await loadImages(config, images);
}

/** @returns lines for a shell to evaluate */
export function environment(config: ClusterConfig): string {
	const programs = programsDir(config);
	const path = existsSync(programs) ? `export PATH='${programs}'${delimiter}"$PATH"\n` : "";
	if (config.givenKubeconfig !== undefined) return `export KUBECONFIG='${config.givenKubeconfig}'\n${path}`;
	return `export KUBECONFIG='${config.kubeconfig}'\nexport ALICE_KUBECONFIG='${config.aliceKubeconfig}'\n${path}`;
}

async function statusOf(config: ClusterConfig, programs: string): Promise<Status> {
	const left = describeTraces(await findTraces(config));
	if (left.length === 0) return { state: "down" };
	const faults = await findFaults(config, programs);
	return faults.length === 0 ? { state: "up" } : { state: "broken", faults, left };
}
