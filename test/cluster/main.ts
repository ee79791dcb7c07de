import * as cluster from "./cluster.ts";
import { type ClusterConfig, readConfig } from "./config.ts";
import { checkGivenCluster, howToLoad } from "./given-cluster.ts";
import { CannotRunError, ClusterError, EXIT } from "./outcomes.ts";

const USAGE = `Usage: npm run cluster -- COMMAND

A real single-node Kubernetes on this machine, for tests: etcd, API server, controllers, scheduler, kubelet, kube-proxy, CoreDNS, containerd.

  up              start it; built first where it is not (once, about 7 minutes); nothing happens when it runs
  down            end it and remove every trace
  status          exit 0: up; ${EXIT.down}: down, nothing left; ${EXIT.failed}: anything else, with what is left
  env             lines to evaluate: KUBECONFIG, ALICE_KUBECONFIG (a user without rights), PATH with kubectl
  load IMAGE...   copy images from podman's store into it
  build           only build
  base            make the image localhost/node-base:1 (Debian and this Node) in podman's store

FURNACE_TEST_KUBECONFIG: another cluster to use instead; up and down then only check it.
Exit code ${EXIT.cannotRun}: it cannot run on this machine; one line says why.
`;

type Command = (config: ClusterConfig, args: string[]) => Promise<number>;

/** @returns a command that is done when the work is */
const doing =
	(work: (config: ClusterConfig) => Promise<unknown>): Command =>
	async (config) => {
		await work(config);
		return EXIT.ok;
	};

const COMMANDS: Record<string, Command> = {
	up: doing(cluster.up),
	down: doing(cluster.down),
	status: showStatus,
	env: doing(async (config) => process.stdout.write(cluster.environment(config))),
	load,
	build: doing(cluster.build),
	base: doing(cluster.base),
};

/** What `COMMANDS` become with another cluster. */
const GIVEN: Record<string, Command> = {
	up: doing(checkGiven),
	down: doing(checkGiven),
	status: doing(checkGiven),
	load: async (_config, images) => {
		process.stderr.write(`${howToLoad(images)}\n`);
		return EXIT.cannotRun;
	},
};

process.exitCode = await main(process.argv.slice(2));

async function main([name = "", ...args]: string[]): Promise<number> {
	const config = readConfig(process.env);
	const command = (config.givenKubeconfig === undefined ? undefined : GIVEN[name]) ?? COMMANDS[name];
	if (command === undefined) {
		process.stderr.write(USAGE);
		return EXIT.usage;
	}
	try {
		return await command(config, args);
	} catch (error) {
		if (!(error instanceof CannotRunError) && !(error instanceof ClusterError)) throw error;
		process.stderr.write(`${error.message}\n`);
		return error instanceof CannotRunError ? EXIT.cannotRun : EXIT.failed;
	}
}

async function showStatus(config: ClusterConfig): Promise<number> {
	const status = await cluster.status(config);
	if (status.state !== "broken") {
		process.stdout.write(`${status.state}\n`);
		return status.state === "up" ? EXIT.ok : EXIT.down;
	}
	process.stdout.write(`broken: ${status.faults.join("; ")}\n`);
	for (const line of status.left) process.stdout.write(`  ${line}\n`);
	return EXIT.failed;
}

async function load(config: ClusterConfig, images: string[]): Promise<number> {
	if (images.length === 0) {
		process.stderr.write(USAGE);
		return EXIT.usage;
	}
	await cluster.load(config, images);
	return EXIT.ok;
}

async function checkGiven(config: ClusterConfig): Promise<void> {
	await checkGivenCluster(config.givenKubeconfig as string);
}
