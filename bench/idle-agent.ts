/**
 * What a sidecar costs that nobody asks for anything: `node_modules/.bin/node bench/idle-agent.ts [SECONDS]`, as root.
 * The agent's program as it is in the image, heartbeating to two replicas, beside a bare HTTP server of Node.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { setTimeout as wait } from "node:timers/promises";
import { AGENT_ENVIRONMENT } from "../contract/agent-environment.ts";
import { bundleInto, type MeasuredProcess, measuredProcess, temporaryFolder } from "./deployed-server.ts";
import { goal, say, sayLoad } from "./figures.ts";
import { cpuTimeOf, type Memory, memoryOf } from "./process-usage.ts";
import { type Replicas, startReplicas } from "./replicas.ts";

const GOAL = { megabytes: 20, share: 0.001 };
/** What a start leaves behind is collected meanwhile. */
const SETTLE_SECONDS = 30;
const HEARTBEAT_SECONDS = 10;
const ADDRESSES = ["127.0.77.1", "127.0.77.2"];

interface Figures extends Memory {
	/** of a core */
	readonly share: number;
}

const seconds = Number(process.argv[2] ?? 60);

if (process.getuid?.() === 0) await compare();
else say("skipped: giving the replicas a name needs root");

async function compare(): Promise<void> {
	const folder = await temporaryFolder();
	const replicas = await startReplicas({ addresses: ADDRESSES, heartbeatSeconds: HEARTBEAT_SECONDS });
	const started: MeasuredProcess[] = [];
	try {
		const bundle = await bundleInto(folder.path, "sidecar");
		const agent = await startAgent(bundle, folder.path, replicas);
		started.push(agent);
		const bare = await startBare();
		started.push(bare);
		while (replicas.heartbeats().includes(0)) await wait(100);
		await wait(SETTLE_SECONDS * 1000);
		sayLoad();
		const heartbeats = total(replicas);
		const [ours, theirs] = await Promise.all([measure(agent), measure(bare)]);
		say(`${total(replicas) - heartbeats} heartbeats to ${ADDRESSES.length} replicas in ${seconds} s`);
		show("agent", ours);
		show("bare node:http", theirs);
		const { megabytes, share } = GOAL;
		say(`anonymous ${goal(ours.anonymous <= megabytes, `at most ${megabytes} MB`)}`);
		say(`CPU ${goal(ours.share <= share, `at most ${percent(share)} of a core`)}`);
		say(`anonymous beside bare  ${(ours.anonymous / theirs.anonymous).toFixed(2)}`);
	} finally {
		await Promise.all(started.map((each) => each.end()));
		await replicas.close();
		await folder.remove();
	}
}

function total(replicas: Replicas): number {
	return replicas.heartbeats().reduce((all, one) => all + one, 0);
}

/** In a mount namespace of its own, in which the servers' name stands in /etc/hosts with all addresses. */
async function startAgent(bundle: string, folder: string, { url, ca }: Replicas): Promise<MeasuredProcess> {
	const hosts = join(folder, "hosts");
	const tokenFile = join(folder, "token");
	// empty: what an earlier agent left there would have to be uploaded
	const work = join(folder, "out");
	await mkdir(work);
	await writeFile(hosts, ADDRESSES.map((address) => `${address} ${new URL(url).hostname}\n`).join(""));
	await writeFile(tokenFile, "t".repeat(1100));
	const names = AGENT_ENVIRONMENT;
	const script = 'mount --bind "$1" /etc/hosts && shift && exec "$@"';
	const command = [process.execPath, join(bundle, "agent.mjs")];
	const child = spawn("unshare", ["--mount", "sh", "-c", script, "sh", hosts, ...command], {
		env: {
			NODE_ENV: "production",
			PATH: process.env.PATH,
			[names.serverUrl]: url,
			[names.ca]: ca,
			[names.privilege]: "privileged",
			[names.maxDurationSeconds]: "3600",
			[names.podName]: "web-1",
			[names.podNamespace]: "shop",
			[names.podUid]: "00000000-0000-4000-8000-000000000000",
			FURNACE_TOKEN_FILE: tokenFile,
			FURNACE_WORK_DIR: work,
			FURNACE_HOST: "127.0.77.3",
			// its output is nobody's business here
			FURNACE_LOG_LEVEL: "warn",
		},
		stdio: ["ignore", "inherit", "inherit"],
	});
	return measuredProcess(child);
}

async function startBare(): Promise<MeasuredProcess> {
	const child: ChildProcess = spawn(process.execPath, [join(import.meta.dirname, "bare-http.mjs")], {
		stdio: ["ignore", "pipe", "inherit"],
	});
	await once(child.stdout as Readable, "data");
	return measuredProcess(child);
}

async function measure({ pid }: MeasuredProcess): Promise<Figures> {
	const before = { ...cpuTimeOf(pid), at: performance.now() };
	await wait(seconds * 1000);
	const share = (cpuTimeOf(pid).cpu - before.cpu) / (performance.now() - before.at);
	return { ...memoryOf(pid), share };
}

function show(name: string, { anonymous, resident, share }: Figures): void {
	say(
		`${name.padEnd(16)}${anonymous.toFixed(1).padStart(6)} MB anonymous, ${resident.toFixed(0)} MB RSS, ` +
			`${percent(share)} of a core`,
	);
}

function percent(share: number): string {
	return `${(share * 100).toFixed(3)}%`;
}
