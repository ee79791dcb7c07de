import { Readable } from "node:stream";
import type { DeltaEvent, EndEvent, LiveStatus, TreeEvent } from "../../contract/call-tree.ts";
import type { Recording } from "../../contract/recording.ts";
import { callTreeOf, toDocument } from "../../profile/call-tree.ts";
import { LiveTreeWriter } from "../../profile/live.ts";
import type { Profile } from "../../profile/model.ts";
import type { Session } from "../recordings/session.ts";

const EVENT_MILLISECONDS = 1000;
/** Something on the way at least this often, so that nobody between takes the connection for dead. */
const HEARTBEAT_MILLISECONDS = 15_000;

/** Names and bodies of a recording's events. */
type Event =
	| { readonly name: "tree"; readonly data: TreeEvent }
	| { readonly name: "delta"; readonly data: DeltaEvent }
	| { readonly name: "end"; readonly data: EndEvent };

function textOf({ name, data }: Event): string {
	return `event: ${name}\nid: ${data.sequence}\ndata: ${JSON.stringify(data)}\n\n`;
}

function statusOf(recording: Recording): LiveStatus {
	const { state, samples, lost, durationSeconds, symbols, overhead } = recording;
	return {
		state,
		samples,
		lost,
		durationSeconds,
		...(symbols === undefined ? {} : { symbols }),
		...(overhead === undefined ? {} : { overhead }),
	};
}

export interface LiveSource {
	readonly session: Session;
	recording(): Recording;
	/** the recording as it ended */
	readonly ended: Promise<Recording>;
}

/**
 * The growing call tree of a running recording, as server-sent events: the whole tree at once, then what is new, at most
 * once a second. A reader that is too slow is left out until it has read what it was sent; the next event then holds all
 * that it missed, so nothing is ever queued up for it.
 */
export function liveEvents({ session, recording, ended }: LiveSource): Readable {
	const writer = new LiveTreeWriter(session.builder);
	let sequence = 0;
	let isRead = false;
	let spoke = performance.now();
	const say = (text: string) => {
		spoke = performance.now();
		isRead = stream.push(text);
	};
	const next = (now: Recording): Event => {
		const status = statusOf(now);
		const number = sequence++;
		return number === 0
			? { name: "tree", data: { sequence: number, tree: writer.tree(), status } }
			: { name: "delta", data: { sequence: number, delta: writer.delta(), status } };
	};
	const tick = () => {
		if (isRead) say(textOf(next(recording())));
		else if (performance.now() - spoke >= HEARTBEAT_MILLISECONDS) say(": still here\n\n");
	};
	const timer = setInterval(tick, EVENT_MILLISECONDS);
	const close = () => {
		clearInterval(timer);
		writer.close();
	};
	const stream = new Readable({
		// one event at a time
		highWaterMark: 1,
		read() {
			isRead = true;
			if (sequence === 0) tick();
		},
		destroy(error, done) {
			close();
			done(error);
		},
	});
	void ended.then(
		(last) => {
			if (stream.destroyed) return;
			stream.push(textOf(next(last)));
			stream.push(textOf({ name: "end", data: { sequence, recording: last } }));
			stream.push(null);
			close();
		},
		(error: Error) => stream.destroy(error),
	);
	return stream;
}

/** The same for a recording that is over: its tree, and its end. */
export function endedEvents(recording: Recording, profile: Profile | undefined): Readable {
	const texts: string[] = [];
	if (profile !== undefined) {
		const tree = toDocument(callTreeOf(profile));
		texts.push(textOf({ name: "tree", data: { sequence: 0, tree, status: statusOf(recording) } }));
	}
	texts.push(textOf({ name: "end", data: { sequence: texts.length, recording } }));
	return Readable.from(texts);
}
