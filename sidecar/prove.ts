import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { buildAgent } from "./app.ts";
import { fixedServers } from "./delivery/servers.ts";
import { findPerf } from "./profilers/perf/command.ts";
import { createPerf } from "./profilers/perf/perf.ts";
import { createOwnPod } from "./targets/own-pod.ts";
import type { OwnCertificate } from "./trust/own-certificate.ts";

export interface ProofOptions {
	readonly version: string;
	/** where tools are looked for */
	readonly path: string;
	readonly generateCertificate: (name: string) => Promise<OwnCertificate>;
}

/**
 * Starts everything of the agent but the network, and looks whether perf runs.
 * @returns one line about what was found
 * @throws what kept it from starting
 */
export async function prove({ version, path, generateCertificate }: ProofOptions): Promise<string> {
	const tools = findPerf(path);
	if (tools === undefined) throw new Error(`There is no perf in ${path}`);
	const { stdout } = await promisify(execFile)(tools.perf, ["--version"], { timeout: 30_000 });
	await generateCertificate("proof");
	const workDir = await mkdtemp(join(tmpdir(), "furnace-proof-"));
	try {
		const agent = await buildAgent({
			serves: { kind: "pod", pod: "proof" },
			targets: createOwnPod({ namespace: "proof", pod: "proof", ownPids: () => [process.pid] }),
			profilers: [createPerf({ path })],
			workDir,
			servers: fixedServers([]),
			token: async () => "",
			version,
		});
		const { statusCode } = await agent.app.inject({ url: "/targets" });
		await agent.close();
		if (statusCode !== 200) throw new Error(`The agent's own route answered ${statusCode}`);
	} finally {
		await rm(workDir, { recursive: true, force: true });
	}
	return `furnace agent ${version} starts, with ${stdout.trim()}`;
}
