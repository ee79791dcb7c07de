import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { hasEnded, type Recording, type RecordingRequest } from "../../contract/recording.ts";
import type { Profile } from "../../profile/model.ts";
import { type Agent, type AgentOptions, buildAgent } from "../app.ts";
import { fixedServers } from "../delivery/servers.ts";
import { createPerf } from "../profilers/perf/perf.ts";
import { readPprofFile } from "../recordings/pprof-file.ts";
import { createLocalPods, podName } from "../targets/local-pods.ts";
import { readProcess } from "../targets/process-info.ts";

/** An agent of this machine's processes, in a work folder of its own. */
export interface TestAgent {
	readonly agent: Agent;
	readonly workDir: string;
	/** Starts a recording of a process with its descendants. */
	record(pid: number, request?: Partial<RecordingRequest>): Promise<{ pod: string; recording: Recording }>;
	close(): Promise<void>;
}

export async function startTestAgent(
	options: Partial<AgentOptions> & { readonly keepWorkDir?: boolean } = {},
): Promise<TestAgent> {
	const workDir = options.workDir ?? (await mkdtemp(join(tmpdir(), "furnace-test-agent-")));
	const agent = await buildAgent({
		serves: { kind: "node" },
		targets: createLocalPods({ namespace: "local", ownPids: () => [process.pid] }),
		profilers: [createPerf({ path: process.env.PATH ?? "" })],
		workDir,
		servers: fixedServers([]),
		token: async () => "token",
		version: "0.0.0-test",
		...options,
	});
	return {
		agent,
		workDir,
		async record(pid, request = {}) {
			const pod = await podOf(pid);
			const answer = await agent.app.inject({
				method: "POST",
				url: `/pods/${pod}/recordings`,
				payload: { profiler: "perf", ...request },
			});
			if (answer.statusCode !== 201) throw new Error(answer.body);
			return { pod, recording: answer.json() };
		},
		async close() {
			await agent.close();
			if (!options.keepWorkDir) await rm(workDir, { recursive: true, force: true });
		},
	};
}

/** The pod of a process that runs. */
export async function podOf(pid: number): Promise<string> {
	const found = await readProcess(pid);
	if (found === undefined) throw new Error(`No process ${pid}`);
	return podName(found);
}

const PATIENCE_MILLISECONDS = 60_000;

/** Waits until something is true. */
export async function until<T>(
	what: string,
	look: () => Promise<T | undefined | false> | T | undefined | false,
): Promise<T> {
	const end = performance.now() + PATIENCE_MILLISECONDS;
	for (;;) {
		const found = await look();
		if (found) return found;
		if (performance.now() > end) throw new Error(`Waited in vain for: ${what}`);
		await wait(50);
	}
}

export async function untilSamples({ agent }: TestAgent, id: string, samples: number): Promise<void> {
	await until(`${samples} samples`, () => {
		const recording = agent.recordings.get(id);
		if (hasEnded(recording.state)) throw new Error(`It ended: ${JSON.stringify(recording)}`);
		return recording.samples >= samples;
	});
}

/** Stops a recording, waits for its end and reads its profile. */
export async function finish(
	{ agent }: TestAgent,
	id: string,
): Promise<{ recording: Recording; profile: Profile }> {
	agent.recordings.stop(id);
	const recording = await agent.recordings.ended(id);
	const bytes = await agent.recordings.storedProfile(id);
	if (bytes === undefined) throw new Error(`No profile: ${JSON.stringify(recording)}`);
	return { recording, profile: await readPprofFile(bytes) };
}
