import closeWithGrace from "close-with-grace";
import packageJson from "../package.json" with { type: "json" };
import { buildAgent } from "./app.ts";
import { ConfigError, readConfig, readToken, type SidecarConfig } from "./config.ts";
import { createPerf } from "./profilers/perf/perf.ts";
import { createOwnPod } from "./targets/own-pod.ts";

/** sysexits: EX_CONFIG */
const EXIT_CONFIG = 78;

/** The agent as a sidecar: records the processes of its own pod. */
const config = configured();
const { namespace, pod, podUid } = config;

const agent = await buildAgent({
	serves: { kind: "pod", pod },
	targets: createOwnPod({
		namespace,
		pod,
		...(podUid === undefined ? {} : { podUid }),
		ownPids: () => [process.pid],
	}),
	profilers: [createPerf({ path: config.path })],
	workDir: config.workDir,
	servers: config.servers.map((url) => ({ url })),
	token: () => readToken(config.tokenFile),
	version: packageJson.version,
	maxDurationSeconds: config.maxDurationSeconds,
	fastify: { logger: { level: config.logLevel } },
});

/** Longer than close() allows itself. */
const GRACE_MILLISECONDS = 25_000;
closeWithGrace({ delay: GRACE_MILLISECONDS, logger: agent.app.log }, () => agent.close());

await agent.app.listen({ host: config.host, port: config.port });
agent.start();

function configured(): SidecarConfig {
	try {
		return readConfig();
	} catch (error) {
		if (!(error instanceof ConfigError)) throw error;
		console.error(error.message);
		process.exit(EXIT_CONFIG);
	}
}
