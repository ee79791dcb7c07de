/** Runs at most so many jobs at a time; the others wait in the order they came. */
export function createLimiter(limit: number): <T>(job: () => Promise<T>) => Promise<T> {
	let running = 0;
	const waiting: (() => void)[] = [];
	return async (job) => {
		if (running >= limit) await new Promise<void>((resolve) => waiting.push(resolve));
		else running++;
		try {
			return await job();
		} finally {
			const next = waiting.shift();
			// the place is handed on, so that nobody who comes now takes it
			if (next === undefined) running--;
			else next();
		}
	};
}
