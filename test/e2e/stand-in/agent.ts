import { PassThrough, Readable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import Fastify, { type FastifyInstance } from "fastify";
import { agentRoutes } from "../../../contract/agent-routes.ts";
import { PROBLEM_MEDIA_TYPE, ProblemError, toProblem } from "../../../contract/problem.ts";
import { hasEnded, type Recording } from "../../../contract/recording.ts";
import type { Target } from "../../../contract/target.ts";
import { sampleRecording } from "../../../contract/testing/sample-recording.ts";
import { ProfileBuilder } from "../../../profile/builder.ts";
import { LiveTreeWriter } from "../../../profile/live.ts";
import { sampleProfile } from "../../../server/testing/sample-profile.ts";

export const SLOW_FUNCTION = "findRepeatedItems";

/** Between two updates of the live view. */
const EVENT_MS = 200;
/** perf's raw data comes in so many pieces, with so long between them that a reader sees how far it is. */
const RAW_PIECES = 24;
const RAW_PIECE_BYTES = 1024 * 1024;
const RAW_PIECE_MS = 100;

const TARGET: Target = {
	name: "cart",
	kind: "process",
	pid: 1,
	command: "/usr/bin/cart --port 8080",
	runtime: "native",
	threads: 4,
	cpuPercent: 97,
	profilers: [
		{
			profiler: "perf",
			available: true,
			hint: "The agent runs with capabilities only: functions of files that it cannot read show module+0xoffset.",
			fix: 'kubectl patch furnace furnace --type merge -p \'{"spec":{"sidecar":{"privilege":"privileged"}}}\'',
		},
	],
};

/** An agent of one pod that records nothing real: it tells a story that is always the same. */
export async function startStandInAgent(socketPath: string, pod: string): Promise<FastifyInstance> {
	const recordings = new Map<string, Recording>();
	const app = Fastify({ forceCloseConnections: true });
	app.setErrorHandler((error, _request, reply) => {
		const problem = error instanceof ProblemError ? error : new ProblemError("internal");
		return reply
			.code(problem.status)
			.type(PROBLEM_MEDIA_TYPE)
			.serializer(JSON.stringify)
			.send(toProblem(problem));
	});
	const find = (params: unknown): Recording => {
		const recording = recordings.get((params as { id: string }).id);
		if (recording === undefined) throw new ProblemError("recording-not-found");
		return recording;
	};
	app.get(agentRoutes.listTargets.path, async () => ({ items: [TARGET] }));
	app.get(agentRoutes.listRecordings.path, async () => ({ items: [...recordings.values()] }));
	app.post(agentRoutes.startRecording.path, async (_request, reply) => {
		const id = `recording${String(recordings.size).padStart(6, "0")}`;
		const target = { namespace: "shop", pod };
		const recording = sampleRecording({ id, state: "recording", target, samples: 0, durationSeconds: 0 });
		recordings.set(id, recording);
		return reply.code(201).send(recording);
	});
	app.get(agentRoutes.getRecording.path, async ({ params }) => find(params));
	app.post(agentRoutes.stopRecording.path, async ({ params }, reply) => {
		const recording = { ...find(params), state: "finished" as const, samples: 500 };
		recordings.set(recording.id, recording);
		return reply.code(202).send(recording);
	});
	app.get(agentRoutes.watchRecording.path, async ({ params }, reply) => {
		const { id } = find(params);
		return reply.type("text/event-stream").send(liveEvents(() => recordings.get(id) as Recording));
	});
	app.get(agentRoutes.getProfile.path, async ({ params, query }, reply) => {
		const raw = (query as { format?: string }).format === "perf.data";
		reply.type("application/octet-stream");
		if (!raw) return reply.send(sampleProfile(find(params)));
		return reply.header("content-length", RAW_PIECES * RAW_PIECE_BYTES).send(Readable.from(rawPieces()));
	});
	await app.listen({ path: socketPath });
	return app;
}

async function* rawPieces(): AsyncGenerator<Buffer> {
	for (let piece = 0; piece < RAW_PIECES; piece++) {
		yield Buffer.alloc(RAW_PIECE_BYTES);
		await sleep(RAW_PIECE_MS);
	}
}

/** The tree, then its growth, then the end once the recording has ended. */
function liveEvents(current: () => Recording): PassThrough {
	const builder = new ProfileBuilder({ valueTypes: [{ type: "samples", unit: "count" }] });
	const frame = (name: string) =>
		builder.frame({ name, module: "/usr/bin/cart", kind: "user", file: "", line: 0 });
	const stacks = [
		builder.stack([frame("main"), frame("handleOrder"), frame(SLOW_FUNCTION)]),
		builder.stack([frame("main"), frame("printReceipt")]),
	];
	const thread = builder.thread({ pid: 1, tid: 1, name: "cart" });
	const writer = new LiveTreeWriter(builder);
	const events = new PassThrough();
	let sequence = 0;
	const tell = (event: string, data: object) => {
		events.write(`event: ${event}\ndata: ${JSON.stringify({ sequence: sequence++, ...data })}\n\n`);
	};
	const status = () => ({
		state: "recording",
		samples: 10 * sequence,
		lost: 0,
		durationSeconds: sequence / 5,
	});
	const timer = setInterval(() => {
		for (const stack of stacks) builder.add(stack, thread, [5]);
		const recording = current();
		if (hasEnded(recording.state)) {
			tell("end", { recording });
			events.end();
		} else if (sequence === 0) tell("tree", { tree: writer.tree(), status: status() });
		else tell("delta", { delta: writer.delta(), status: status() });
	}, EVENT_MS);
	events.on("close", () => clearInterval(timer));
	events.on("end", () => clearInterval(timer));
	return events;
}
