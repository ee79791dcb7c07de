import { ProblemError } from "../../contract/problem.ts";
import {
	DEFAULT_FREQUENCY,
	EVENTS,
	hasEnded,
	type Recording,
	type RecordingRequest,
} from "../../contract/recording.ts";
import type { SymbolHint } from "../../profile/symbol-quality.ts";
import type { Profiler } from "../profilers/profiler.ts";
import { usableProfiler } from "../profilers/usable-profiler.ts";
import type { ResolvedTarget } from "../targets/source.ts";
import { startCheckpoints } from "./checkpoints.ts";
import { createEndedRecordings } from "./ended-recordings.ts";
import { recoverLeftovers } from "./leftovers.ts";
import { newRecordingId } from "./recording-id.ts";
import { createRecordingSpace, type RecordingSpace, type SpoolLimits } from "./recording-space.ts";
import { saveFinished } from "./save-finished.ts";
import { createSession, type Session, type SessionOptions } from "./session.ts";
import type { RecordingStore } from "./store.ts";

export interface RecordingsOptions {
	readonly store: RecordingStore;
	readonly profilers: readonly Profiler[];
	readonly maxDurationSeconds: number;
	/** at once */
	readonly maxRecordings: number;
	readonly workDir: string;
	/** bytes that the work folder may hold */
	readonly storageLimit: number;
	/** a recording with samples has ended: its profile can be uploaded */
	readonly onEnded: (id: string) => void;
	readonly onError: (message: string, error: unknown) => void;
}

export interface StartOptions {
	readonly request: RecordingRequest;
	readonly resolved: ResolvedTarget;
	readonly symbolHint: SymbolHint;
}

/** The agent's recordings: those that run, and those that have ended. */
export interface Recordings {
	/** @throws ProblemError too-many-recordings, profiler-unavailable */
	start(options: StartOptions): Promise<Recording>;
	/** newest first */
	list(): Recording[];
	/** @throws ProblemError recording-not-found */
	get(id: string): Recording;
	/** @throws ProblemError recording-not-found, recording-not-active */
	stop(id: string): Recording;
	/** @throws ProblemError recording-not-found, recording-active */
	remove(id: string): Promise<void>;
	/**
	 * The recording as it ended, when it has; its profile is stored then.
	 * @throws ProblemError recording-not-found
	 */
	ended(id: string): Promise<Recording>;
	/** undefined: it has ended */
	session(id: string): Session | undefined;
	/** gzipped pprof of an ended one; undefined: it had no samples */
	storedProfile(id: string): Promise<Buffer | undefined>;
	markArchived(id: string): Promise<void>;
	/** those that have ended and that no server has */
	unarchived(): string[];
	/** of the profilers' tools */
	pids(): number[];
	/**
	 * Ends all that run (agent-stopped), and takes no more.
	 * @param milliseconds after which the profilers are killed
	 */
	close(milliseconds: number): Promise<void>;
	/** Leaves in the work folder only what no server has; the last call. */
	tidy(): Promise<void>;
}

/** Recovers what an earlier agent left, then takes recordings. */
export async function openRecordings(options: RecordingsOptions): Promise<Recordings> {
	const recordings = new AgentRecordings(options);
	await recordings.recover();
	return recordings;
}

interface Running {
	readonly session: Session;
	readonly finished: Promise<void>;
	readonly limits: SpoolLimits;
}

class AgentRecordings implements Recordings {
	readonly #options: RecordingsOptions;
	readonly #ended: ReturnType<typeof createEndedRecordings>;
	readonly #space: RecordingSpace;
	readonly #running = new Map<string, Running>();
	/** being started, so that many requests at once cannot pass the limit */
	#starting = 0;
	#closed = false;

	constructor(options: RecordingsOptions) {
		this.#options = options;
		this.#ended = createEndedRecordings(options.store);
		this.#space = createRecordingSpace({
			store: options.store,
			ended: this.#ended,
			workDir: options.workDir,
			limit: options.storageLimit,
			running: () => [...this.#running].map(([id, { limits }]) => [id, limits] as const),
		});
	}

	async recover(): Promise<void> {
		const { store, onError } = this.#options;
		const recovered = await recoverLeftovers(store, (id, error) =>
			onError(`recording ${id} of an earlier agent cannot be read`, error),
		);
		for (const { recording, hasProfile } of recovered) await this.#ended.add(recording, { hasProfile });
	}

	async start({ request, resolved, symbolHint }: StartOptions): Promise<Recording> {
		const { store, profilers, maxRecordings, maxDurationSeconds } = this.#options;
		if (this.#closed) throw new ProblemError("agent-unreachable", "The agent is shutting down.");
		if (this.#running.size + this.#starting >= maxRecordings) {
			throw new ProblemError("too-many-recordings", `This agent runs ${maxRecordings} at once at most.`);
		}
		this.#starting++;
		try {
			const event = request.event ?? EVENTS[0];
			const profiler = await usableProfiler(profilers, request.profiler, event);
			const id = newRecordingId();
			const limits = await this.#space.spoolLimits();
			const order = {
				event,
				frequency: request.frequency ?? DEFAULT_FREQUENCY,
				callGraph: request.callGraph ?? ("fp" as const),
				processes: resolved.processes,
				rawFile: store.rawFile(id),
				rawLimit: limits.raw,
			};
			const requestedSeconds = request.durationSeconds;
			const { target } = resolved;
			const times = { path: store.timesFile(id), limit: limits.times };
			const starting = { id, target, order, profiler, requestedSeconds, symbolHint, times };
			return await this.#run({ ...starting, maxSeconds: maxDurationSeconds }, limits);
		} finally {
			this.#starting--;
		}
	}

	async #run(options: SessionOptions, limits: SpoolLimits): Promise<Recording> {
		const { store, onError } = this.#options;
		const session = createSession(options);
		await store.create(session.recording());
		session.begin();
		const checked = { saveProfile: this.#space.saveProfile, saveRecording: store.saveRecording };
		const checkpoints = startCheckpoints(session, checked, (error) =>
			onError(`recording ${session.id}: no checkpoint could be written`, error),
		);
		const finished = session.ended
			.then(() => checkpoints.end())
			.then(() => this.#finish(session))
			.catch((error) => onError(`recording ${session.id} could not be finished`, error))
			.finally(() => this.#running.delete(session.id));
		this.#running.set(session.id, { session, finished, limits });
		return session.recording();
	}

	/** The builder is let go: from here on the profile is read from the disk. */
	async #finish(session: Session): Promise<void> {
		const { store, onEnded, onError } = this.#options;
		const { recording, ...profile } = await saveFinished(session, this.#space.saveProfile, onError);
		await store.saveRecording(recording).catch((error) => onError("recording.json", error));
		await this.#ended.add(recording, profile);
		if (profile.hasProfile) onEnded(session.id);
	}

	list(): Recording[] {
		const ids = new Set([...this.#running.keys(), ...this.#ended.list().map(({ id }) => id)]);
		return [...ids].map((id) => this.get(id)).sort((a, b) => (a.id < b.id ? 1 : -1));
	}

	get(id: string): Recording {
		const running = this.#running.get(id)?.session;
		const recording = this.#ended.get(id) ?? (running && stillRunning(running.recording()));
		if (recording === undefined) throw new ProblemError("recording-not-found");
		return recording;
	}

	async ended(id: string): Promise<Recording> {
		await this.#running.get(id)?.finished;
		return this.get(id);
	}

	stop(id: string): Recording {
		this.get(id);
		const session = this.session(id);
		if (session === undefined) throw new ProblemError("recording-not-active");
		session.stop("stopped");
		return this.get(id);
	}

	async remove(id: string): Promise<void> {
		if (!hasEnded(this.get(id).state)) throw new ProblemError("recording-active");
		await this.#running.get(id)?.finished;
		await this.#ended.remove(id);
	}

	session(id: string): Session | undefined {
		return this.#ended.get(id) === undefined ? this.#running.get(id)?.session : undefined;
	}

	storedProfile(id: string): Promise<Buffer | undefined> {
		return this.#ended.profile(id);
	}

	markArchived(id: string): Promise<void> {
		return this.#ended.markArchived(id);
	}

	unarchived(): string[] {
		return this.#ended.unarchived();
	}

	pids(): number[] {
		return [...this.#running.values()].flatMap(({ session }) => session.pids());
	}

	async close(milliseconds: number): Promise<void> {
		this.#closed = true;
		const running = [...this.#running.values()];
		for (const { session } of running) session.stop("agent-stopped");
		const timer = setTimeout(() => {
			for (const { session } of running) session.kill();
		}, milliseconds);
		await Promise.all(running.map(({ finished }) => finished));
		clearTimeout(timer);
	}

	tidy(): Promise<void> {
		return this.#ended.tidy();
	}
}

/** A recording has ended when its profile can be read, not before. */
function stillRunning(recording: Recording): Recording {
	if (!hasEnded(recording.state)) return recording;
	const { cause: _, ...running } = recording;
	return { ...running, state: "finishing" };
}
