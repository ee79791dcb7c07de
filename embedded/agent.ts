/** The embedded agent's process: the same agent as in a cluster, with this machine's processes as its targets. */
import { rmSync } from "node:fs";
import { join } from "node:path";
import pino from "pino";
import { Value } from "typebox/value";
import { LOCAL_NAMESPACE } from "../contract/names.ts";
import { buildAgent } from "../sidecar/app.ts";
import { fixedServers } from "../sidecar/delivery/servers.ts";
import { debuginfodOf } from "../sidecar/profilers/perf/debuginfod-of.ts";
import { createPerf } from "../sidecar/profilers/perf/perf.ts";
import { createLocalPods } from "../sidecar/targets/local-pods.ts";
import { AgentOrder } from "./agent-order.ts";
import { openLogFile } from "./log-file.ts";

process.once("message", (message) => {
	run(Value.Parse(AgentOrder, message)).catch((error: unknown) => {
		console.error(error);
		process.exit(1);
	});
});

async function run(order: AgentOrder): Promise<void> {
	const logger = pino({ name: "agent" }, openLogFile(join(order.stateDir, "agent.log")));
	const workDir = join(order.stateDir, "agent");
	const agent = await buildAgent({
		serves: { kind: "node" },
		targets: createLocalPods({
			namespace: LOCAL_NAMESPACE,
			ownPids: () => [...order.ownPids, process.pid, ...agent.toolPids()],
		}),
		workDir,
		servers: fixedServers([{ url: order.serverUrl }]),
		token: () => Promise.resolve(order.token),
		version: order.version,
		maxDurationSeconds: order.maxDurationSeconds,
		profilers: [
			createPerf({ path: process.env.PATH ?? "", debuginfod: debuginfodOf(order.debuginfodUrls, workDir) }),
		],
		fastify: { loggerInstance: logger },
	});
	// An agent that was killed has left its socket, and a name that exists cannot be listened at.
	rmSync(order.socketPath, { force: true });
	await agent.app.listen({ path: order.socketPath });
	agent.start();

	let closing = false;
	const close = () => {
		if (closing) return;
		closing = true;
		void agent.close().finally(() => process.exit(0));
	};
	process.on("SIGTERM", close);
	// The parent is gone, however it went: nobody could reach this agent any more.
	process.on("disconnect", close);
}
