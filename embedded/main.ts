/** What `npm start` runs: server, agent and demo together on this machine. */

import { ConfigError, readConfig, USAGE } from "./config.ts";
import { type Embedded, startEmbedded } from "./embedded.ts";
import { AlreadyRunningError, StateFolderError } from "./instance.ts";
import { PortInUseError } from "./listen.ts";

const EXIT_USAGE = 64;

/** Failures that need no stack: the message says all. */
function isExpected(error: unknown): error is Error {
	return [AlreadyRunningError, PortInUseError, StateFolderError].some(
		(expected) => error instanceof expected,
	);
}

async function main(): Promise<void> {
	const config = readConfig(process.argv.slice(2), process.env);
	if (config === null) {
		process.stdout.write(USAGE);
		leave();
		return;
	}
	// Asked to end before everything runs: end as soon as it does.
	let embedded: Embedded | undefined;
	let ending = false;
	const end = () => {
		if (ending) return;
		ending = true;
		void embedded?.close().finally(() => process.exit(0));
	};
	for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, end);
	process.on("disconnect", end);
	embedded = await startEmbedded(config);
	if (ending) {
		await embedded.close();
		process.exit(0);
	}
	process.stdout.write(`Furnace is ready: ${embedded.url}\n`);
}

/** The channel to the launcher would keep this process alive. */
function leave(): void {
	if (process.connected) process.disconnect();
}

main().catch((error: unknown) => {
	if (error instanceof ConfigError) process.stderr.write(`${error.message}\n\n${USAGE}`);
	else if (isExpected(error)) process.stderr.write(`${error.message}\n`);
	else process.stderr.write(`${(error as Error).stack}\n`);
	process.exit(error instanceof ConfigError ? EXIT_USAGE : 1);
});
