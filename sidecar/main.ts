import { setTimeout as wait } from "node:timers/promises";
import closeWithGrace from "close-with-grace";
import packageJson from "../package.json" with { type: "json" };
import { collectGarbage } from "./collect-garbage.ts";
import { CERTIFICATE_ARGUMENT, generateCertificate, generateInChild } from "./trust/own-certificate.ts";

/**
 * The agent as a sidecar: records the processes of its own pod.
 *
 * | argument | |
 * |---|---|
 * | (none) | serves until SIGTERM; no fault ends it, since an agent that exits would hold up its pod |
 * | --prove | starts all but the network, prints a line and exits 0: this image works |
 * | --certificate NAME | prints a new key and certificate |
 */
const [, program = "", argument, value = ""] = process.argv;
const { version } = packageJson;

if (argument === CERTIFICATE_ARGUMENT) console.log(JSON.stringify(await generateCertificate(value)));
else if (argument === "--prove") await proveImage();
else await serve();

async function proveImage(): Promise<void> {
	const { prove } = await import("./prove.ts");
	const path = process.env.PATH ?? "";
	console.log(await prove({ version, path, generateCertificate: (name) => generateInChild(program, name) }));
}

async function serve(): Promise<void> {
	/** Longer than close() allows itself. */
	const GRACE_MILLISECONDS = 25_000;
	const TRY_AGAIN_MILLISECONDS = 10_000;
	const SAY_AGAIN_MILLISECONDS = 600_000;
	/** Until the first heartbeats have been answered, mostly. */
	const SETTLED_MILLISECONDS = 15_000;
	const [{ default: pino }, { readConfig }, { createPodAgent }] = await Promise.all([
		import("pino"),
		import("./config.ts"),
		import("./pod-agent.ts"),
	]);
	const { config, faults, canServe } = readConfig();
	const log = pino({ level: config.logLevel });
	const stop = new AbortController();
	let podAgent: Awaited<ReturnType<typeof createPodAgent>> | undefined;
	process.on("uncaughtException", (error) => log.error({ err: error }, "a fault of Furnace's own; going on"));
	closeWithGrace(
		{
			delay: GRACE_MILLISECONDS,
			logger: log,
			skip: ["uncaughtException", "unhandledRejection", "beforeExit"],
		},
		async () => {
			stop.abort();
			await podAgent?.close();
		},
	);
	const sayFaults = () => {
		for (const fault of faults) log.error(fault);
	};
	sayFaults();
	// also keeps a process alive that has nothing else to do
	setInterval(sayFaults, SAY_AGAIN_MILLISECONDS);
	const generate = (name: string) => generateInChild(program, name);
	while (canServe && podAgent === undefined && !stop.signal.aborted) {
		try {
			podAgent = await createPodAgent({ config, version, generateCertificate: generate, log });
		} catch (error) {
			log.error({ err: error }, "the agent cannot start; trying again");
			await wait(TRY_AGAIN_MILLISECONDS, undefined, { signal: stop.signal }).catch(() => undefined);
		}
	}
	if (!stop.signal.aborted) await podAgent?.start();
	setTimeout(collectGarbage, SETTLED_MILLISECONDS).unref();
}
