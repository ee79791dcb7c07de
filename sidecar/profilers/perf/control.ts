import type { Readable, Writable } from "node:stream";
import { CONTROL_COMMANDS } from "./command.ts";

/**
 * perf writes out what it has when a command wakes it, and otherwise only when half of a ring buffer has filled, which
 * takes seconds. `perf script` holds back two such rounds, so a sample is on its way for about three of these.
 */
const PING_MILLISECONDS = 250;

export interface ControlListener {
	/** perf says `ack` to each command */
	readonly answers: Readable;
	/** perf answers from its main loop only, when the events are being counted */
	onFirstAnswer(): void;
}

export interface Control {
	/** Asks perf to end, again and again until it does: a command that got lost must not keep a recording going. */
	stop(): void;
	end(): void;
}

/** Keeps perf's stream flowing by its control channel. */
export function startHeartbeat(commands: Writable, { answers, onFirstAnswer }: ControlListener): Control {
	// a perf that is busy does not read commands: one unanswered ping is enough
	let unanswered = 0;
	let command: string = CONTROL_COMMANDS.ping;
	const ping = () => {
		if (unanswered > 0 || !commands.writable) return;
		unanswered++;
		commands.write(command);
	};
	answers.once("data", onFirstAnswer);
	answers.on("data", () => {
		unanswered = 0;
	});
	const timer = setInterval(ping, PING_MILLISECONDS);
	ping();
	return {
		stop() {
			command = CONTROL_COMMANDS.stop;
			if (commands.writable) commands.write(command);
		},
		end() {
			clearInterval(timer);
			commands.end();
			answers.resume();
		},
	};
}
