import { EventSourceParserStream } from "eventsource-parser/stream";
import { Value } from "typebox/value";
import { type DeltaEvent, type EndEvent, LiveStatus, type TreeEvent } from "../../contract/call-tree.ts";
import { NetworkError } from "../../contract/client.ts";
import { Recording } from "../../contract/recording.ts";
import { isPassing } from "../failure.ts";

export interface WatchHandlers {
	onTree(event: TreeEvent): void;
	onDelta(event: DeltaEvent): void;
	onEnd(event: EndEvent): void;
	/** the connection broke; it is tried again in `retrySeconds` */
	onLost(failure: unknown, retrySeconds: number): void;
}

export interface WatchOptions extends WatchHandlers {
	open(signal: AbortSignal): Promise<Response>;
	signal: AbortSignal;
	/** asked before each attempt: it may have to wait for a sign-in */
	ready?: (signal: AbortSignal) => Promise<void>;
	/** waits between two attempts; tests pass their own */
	wait?: (seconds: number, signal: AbortSignal) => Promise<void>;
}

const LONGEST_WAIT_SECONDS = 8;
/** Three heartbeat comments missed: the stream is dead although nobody closed it. */
const SILENCE_MS = 45_000;

/**
 * Follows a recording's events until its end, reconnecting with a growing wait for as long as waiting can help.
 * @throws the failure that no waiting mends (such as a ProblemError recording-not-found), or the signal's reason
 */
export async function watchRecording(options: WatchOptions): Promise<void> {
	const { signal, wait = waitSeconds } = options;
	for (let failures = 0; ; failures += 1) {
		await options.ready?.(signal);
		let received = false;
		const failure = await readOnce(options, () => {
			received = true;
		});
		if (failure === undefined) return;
		signal.throwIfAborted();
		if (!isPassing(failure)) throw failure;
		if (received) failures = 0;
		const seconds = Math.min(0.5 * 2 ** failures, LONGEST_WAIT_SECONDS);
		options.onLost(failure, seconds);
		await wait(seconds, signal);
	}
}

/** @returns undefined at the recording's end, else why reading stopped */
async function readOnce(options: WatchOptions, onEvent: () => void): Promise<unknown> {
	const watchdog = new AbortController();
	const signal = AbortSignal.any([options.signal, watchdog.signal]);
	let timer: ReturnType<typeof setTimeout> | undefined;
	const alive = () => {
		clearTimeout(timer);
		timer = setTimeout(() => watchdog.abort(), SILENCE_MS);
	};
	try {
		alive();
		const response = await options.open(signal);
		await readEvents(response, options, { onEvent, onBytes: alive });
		return undefined;
	} catch (error) {
		return isBrokenStream(error)
			? new NetworkError("The live view's connection broke", { cause: error })
			: error;
	} finally {
		clearTimeout(timer);
		watchdog.abort();
	}
}

async function readEvents(
	response: Response,
	handlers: WatchHandlers,
	{ onEvent, onBytes }: { onEvent: () => void; onBytes: () => void },
): Promise<void> {
	if (response.body === null) throw new NetworkError("The live view's stream is empty");
	const events = response.body
		.pipeThrough(
			new TransformStream<Uint8Array, Uint8Array>({
				transform(chunk, controller) {
					onBytes();
					controller.enqueue(chunk);
				},
			}),
		)
		.pipeThrough(new TextDecoderStream() as ReadableWritablePair<string, Uint8Array>)
		.pipeThrough(new EventSourceParserStream());
	let expected: number | undefined;
	for await (const { event, data } of events as unknown as AsyncIterable<{ event?: string; data: string }>) {
		const parsed = JSON.parse(data) as { sequence: number };
		const isTree = event === "tree";
		if (!isTree && event !== "end" && parsed.sequence !== expected) {
			throw new NetworkError("The live view missed an update");
		}
		expected = parsed.sequence + 1;
		const last = deliver(event, parsed, handlers);
		onEvent();
		if (last) return;
	}
	throw new NetworkError("The live view's connection was closed");
}

/** @returns whether it was the last event */
function deliver(event: string | undefined, parsed: object, handlers: WatchHandlers): boolean {
	if (event === "end") {
		const end = parsed as EndEvent;
		if (!Value.Check(Recording, end.recording))
			throw new NetworkError("The agent sent an end that is not valid");
		handlers.onEnd(end);
		return true;
	}
	if (event !== "tree" && event !== "delta") return false;
	if (!Value.Check(LiveStatus, (parsed as TreeEvent).status)) {
		throw new NetworkError("The agent sent a status that is not valid");
	}
	if (event === "tree") handlers.onTree(parsed as TreeEvent);
	else handlers.onDelta(parsed as DeltaEvent);
	return false;
}

/** What fetch and its streams throw when a connection dies, or what arrives is cut in the middle. */
function isBrokenStream(error: unknown): boolean {
	return (
		error instanceof TypeError ||
		error instanceof SyntaxError ||
		(error instanceof DOMException && error.name === "AbortError")
	);
}

function waitSeconds(seconds: number, signal: AbortSignal): Promise<void> {
	return new Promise((resolve, reject) => {
		const timer = setTimeout(resolve, seconds * 1000);
		signal.addEventListener(
			"abort",
			() => {
				clearTimeout(timer);
				reject(signal.reason);
			},
			{ once: true },
		);
	});
}
