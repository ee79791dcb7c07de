import { LogController } from "fastify";
import type { Logger } from "pino";
import { type Agent, buildAgent } from "./app.ts";
import type { SidecarConfig } from "./config.ts";
import type { ServerSet } from "./delivery/servers.ts";
import { readToken } from "./delivery/token.ts";
import { debuginfodOf } from "./profilers/perf/debuginfod-of.ts";
import { createPerf } from "./profilers/perf/perf.ts";
import { createOwnPod } from "./targets/own-pod.ts";

export interface RecordingAgentOptions {
	readonly config: SidecarConfig;
	readonly version: string;
	readonly log: Logger;
	readonly servers: ServerSet;
}

/**
 * What a sidecar records and answers with, uploading already. Its requests come by `app.routing`: somebody else listens.
 * @throws as buildAgent()
 */
export async function startRecordingAgent(options: RecordingAgentOptions): Promise<Agent> {
	const { config, version, log, servers } = options;
	const { namespace, pod, podUid } = config;
	const symbolFiles = config.privilege === "privileged" ? "read" : "unread";
	const debuginfod = debuginfodOf(config.debuginfodUrls, config.workDir);
	const agent: Agent = await buildAgent({
		serves: { kind: "pod", pod },
		targets: createOwnPod({
			namespace,
			pod,
			...(podUid === undefined ? {} : { podUid }),
			ownPids: () => [process.pid, ...agent.toolPids()],
		}),
		profilers: [createPerf({ path: config.path, symbolFiles, debuginfod })],
		symbolFiles,
		workDir: config.workDir,
		servers,
		registers: false,
		token: () => readToken(config.tokenFile),
		version,
		maxDurationSeconds: config.maxDurationSeconds,
		fastify: {
			loggerInstance: log,
			logController: new LogController({ disableRequestLogging: true }),
		},
	});
	await agent.app.ready();
	agent.start();
	return agent;
}
