/** Furnace's server in a cluster: the page and its REST, the way to the agents, and the admission webhook. */

import closeWithGrace from "close-with-grace";
import { connectCluster } from "../kubernetes/connect.ts";
import { type RunningServer, startServer } from "./cluster/start.ts";
import { ConfigError, readConfig, USAGE } from "./config.ts";
import { createLogger } from "./http/logging.ts";
import { version } from "./version.ts";

const EXIT_USAGE = 64;
/** Draining, and what closing may take beyond it; the pod's grace period is longer still. */
const CLOSE_MS = 20_000;

async function main(): Promise<void> {
	const config = readConfig(process.env);
	const log = createLogger({ level: config.logLevel });
	log.info({ version, namespace: config.namespace, pod: config.podName }, "Furnace's server starts");
	const connection = connectCluster({ log });
	let running: RunningServer | undefined;

	closeWithGrace({ delay: config.drainMs + CLOSE_MS, logger: log }, async ({ signal, err }) => {
		if (err === undefined) log.info({ signal }, "asked to end");
		else log.fatal({ err }, "a fault that nobody handled");
		// after a fault nothing can be relied on: end at once
		if (err === undefined) await running?.drain();
		await running?.close();
		await connection.close();
	});
	running = await startServer(config, connection, log);
	log.info(running.ports, "Furnace's server listens");
}

main().catch((error: unknown) => {
	if (error instanceof ConfigError) process.stderr.write(`${error.message}\n\n${USAGE}`);
	else process.stderr.write(`${(error as Error).stack}\n`);
	process.exit(error instanceof ConfigError ? EXIT_USAGE : 1);
});
