/** Somebody waits this long at most; what is being fetched goes on. */
const PATIENCE_MS = 3_000;
/** An id that no replica has is not asked for again so soon: anybody can make up ids. */
const AGAIN_MS = 5_000;
/** At a time, and ids remembered. */
const MOST_AT_ONCE = 16;
const MOST_REMEMBERED = 1_000;

export interface Misses {
	/** Never rejects. */
	ask(id: string): Promise<void>;
}

/**
 * Looks elsewhere for what is not here, without letting a caller turn one request into a flood of them.
 * @param look never rejects
 */
export function createMisses(look: (id: string) => Promise<void>, patienceMs = PATIENCE_MS): Misses {
	const underWay = new Map<string, Promise<void>>();
	/** when each was last looked for, oldest first */
	const asked = new Map<string, number>();

	const begin = (id: string): Promise<void> | undefined => {
		const now = performance.now();
		const isRecent = now - (asked.get(id) ?? Number.NEGATIVE_INFINITY) < AGAIN_MS;
		if (isRecent || underWay.size >= MOST_AT_ONCE) return undefined;
		const job = look(id).finally(() => {
			underWay.delete(id);
			asked.delete(id);
			asked.set(id, performance.now());
			const [oldest] = asked.keys();
			if (asked.size > MOST_REMEMBERED && oldest !== undefined) asked.delete(oldest);
		});
		underWay.set(id, job);
		return job;
	};
	return {
		async ask(id) {
			const job = underWay.get(id) ?? begin(id);
			if (job === undefined) return;
			const { promise: impatience, resolve } = Promise.withResolvers<void>();
			const timer = setTimeout(resolve, patienceMs);
			await Promise.race([job, impatience]);
			clearTimeout(timer);
		},
	};
}
