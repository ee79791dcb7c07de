import { randomUUID } from "node:crypto";
import Fastify, { type FastifyInstance, type FastifyRequest, type FastifyServerOptions } from "fastify";
import { DEFAULT_MAX_DURATION } from "../contract/recording.ts";
import { type KeptRegistration, keepRegistered } from "./delivery/registration.ts";
import { sayRarely } from "./delivery/say-rarely.ts";
import type { ServerSet, TokenSource } from "./delivery/servers.ts";
import { createUploader, type Uploader } from "./delivery/uploader.ts";
import { registerProblems } from "./http/problems.ts";
import type { Profiler } from "./profilers/profiler.ts";
import type { SymbolFiles } from "./profilers/symbol-hint.ts";
import { openRecordings, type Recordings, type RecordingsOptions } from "./recordings/recordings.ts";
import { DEFAULT_STORAGE_LIMIT } from "./recordings/space.ts";
import { openStore, type RecordingStore } from "./recordings/store.ts";
import { lockWorkDir } from "./recordings/work-dir-lock.ts";
import { registerRoutes } from "./routes.ts";
import type { TargetSource } from "./targets/source.ts";

export interface AgentOptions {
	/** `node`: routes stand below `/pods/:pod`; `pod`: at the root, for the one pod named */
	readonly serves: { readonly kind: "node" } | { readonly kind: "pod"; readonly pod: string };
	readonly targets: TargetSource;
	/** usually one: createPerf() */
	readonly profilers: readonly Profiler[];
	/** recordings in progress, raw data and what waits for its upload; made if missing; one agent at a time */
	readonly workDir: string;
	/** where to register and upload; none: recordings stay with the agent. Closed with the agent. */
	readonly servers: ServerSet;
	readonly token: TokenSource;
	/** of Furnace, sent when registering */
	readonly version: string;
	/** default: true; false: somebody else does, since this one is put together only when it is needed */
	readonly registers?: boolean;
	/** default: read */
	readonly symbolFiles?: SymbolFiles;
	/** bytes that the work folder may hold; default DEFAULT_STORAGE_LIMIT */
	readonly storageLimit?: number;
	/** default DEFAULT_MAX_DURATION */
	readonly maxDurationSeconds?: number;
	/** at once; default 20 */
	readonly maxRecordings?: number;
	/** Fastify's `logger` or `loggerInstance`, and what else a listener needs */
	readonly fastify?: FastifyServerOptions;
}

export interface Agent {
	/** not listening yet */
	readonly app: FastifyInstance;
	readonly recordings: Recordings;
	/** Registers, heartbeats and uploads from now on; call it once `app` listens. What fails is tried again. */
	start(): void;
	/** Tools that the agent runs at the moment (perf). */
	toolPids(): number[];
	/**
	 * Ends recordings in an orderly way (cause agent-stopped), uploads what it can within seconds, stops listening.
	 * What could not be uploaded stays in the work folder for the next agent. Servers should outlive this call.
	 */
	close(): Promise<void>;
}

const MAX_RECORDINGS = 20;
/** What close() allows for recordings to end, then for their uploads, in milliseconds. */
const CLOSE_DEADLINES = { recordings: 15_000, uploads: 5_000 };
/** Requests are a few hundred bytes, bpftrace programs up to 64 KiB. */
const BODY_LIMIT = 128 * 1024;

/**
 * Puts the agent together; it never listens.
 * @throws WorkDirInUseError, or the file system's error where the work folder cannot be used
 */
export async function buildAgent(options: AgentOptions): Promise<Agent> {
	const app = Fastify({
		bodyLimit: BODY_LIMIT,
		forceCloseConnections: true,
		genReqId: () => randomUUID(),
		...options.fastify,
		ajv: { customOptions: { coerceTypes: false, removeAdditional: false } },
	});
	const { servers, token } = options;
	const onFailure = (message: string, error: unknown) => app.log.warn({ err: error }, message);
	const onDeliveryFailure = sayRarely(onFailure);
	let uploader: Uploader | undefined;
	let registration: KeptRegistration | undefined;
	const { recordings, unlock } = await openWorkDir(app, options, {
		onEnded: (id) => uploader?.add(id),
		onError: onFailure,
	});
	const delivery = { servers, token, onFailure: onDeliveryFailure };
	return {
		app,
		recordings,
		start() {
			if (options.registers ?? true) {
				registration = keepRegistered({ ...delivery, registration: registrationOf(options) });
			}
			uploader = createUploader({
				...delivery,
				load: (id) => recordings.storedProfile(id),
				onUploaded: (id) => recordings.markArchived(id),
			});
			for (const id of recordings.unarchived()) uploader.add(id);
		},
		toolPids: () => recordings.pids(),
		async close() {
			await recordings.close(CLOSE_DEADLINES.recordings);
			await uploader?.close(CLOSE_DEADLINES.uploads);
			await registration?.close();
			servers.close();
			await app.close();
			await recordings.tidy();
			await unlock();
		},
	};
}

/** @throws with the work folder unlocked, so that it may be tried again */
async function openWorkDir(
	app: FastifyInstance,
	options: AgentOptions,
	listener: Pick<RecordingsOptions, "onEnded" | "onError">,
): Promise<{ recordings: Recordings; unlock: () => Promise<void> }> {
	const unlock = await lockWorkDir(options.workDir);
	try {
		const store = await openStore(options.workDir);
		const recordings = await openRecordings({
			...listener,
			store,
			profilers: options.profilers,
			workDir: options.workDir,
			storageLimit: options.storageLimit ?? DEFAULT_STORAGE_LIMIT,
			maxDurationSeconds: options.maxDurationSeconds ?? DEFAULT_MAX_DURATION,
			maxRecordings: options.maxRecordings ?? MAX_RECORDINGS,
		});
		await registerAgent(app, options, { recordings, store });
		return { recordings, unlock };
	} catch (error) {
		await unlock();
		throw error;
	}
}

function registrationOf({ version, serves }: AgentOptions) {
	const registration = { version, instance: randomUUID(), serves: serves.kind };
	return () => registration;
}

async function registerAgent(
	app: FastifyInstance,
	{ serves, targets, profilers, symbolFiles = "read" }: AgentOptions,
	{ recordings, store }: { recordings: Recordings; store: RecordingStore },
): Promise<void> {
	registerProblems(app);
	const podOf = (request: FastifyRequest) =>
		serves.kind === "pod" ? serves.pod : (request.params as { pod: string }).pod;
	await app.register(
		(scope, _options, done) => {
			registerRoutes(scope, { recordings, store, targets, profilers, podOf, symbolFiles });
			done();
		},
		serves.kind === "node" ? { prefix: "/pods/:pod" } : {},
	);
}
