const INTERVAL_MILLISECONDS = 60_000;
/** Different messages remembered; there are a few for each server and recording. */
const MOST_REMEMBERED = 1000;

type Say = (message: string, error: unknown) => void;

/** Says what is tried again and again, and fails for the same reason, once a minute. */
export function sayRarely(say: Say, clock: () => number = () => performance.now()): Say {
	const said = new Map<string, number>();
	return (message, error) => {
		const key = `${message}\n${error instanceof Error ? error.message : String(error)}`;
		const last = said.get(key);
		if (last !== undefined && clock() - last < INTERVAL_MILLISECONDS) return;
		if (said.size >= MOST_REMEMBERED) said.clear();
		said.set(key, clock());
		say(message, error);
	};
}
