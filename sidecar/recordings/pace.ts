/** Work done again and again may take at most one part in so many of the time. */
const SHARE = 20;

/** Paces work whose cost grows with the recording. */
export interface Pace {
	isDue(): boolean;
	/** @param cost of this time, in milliseconds */
	done(cost: number): void;
}

/** @param shortest between two times, in milliseconds */
export function createPace(shortest: number): Pace {
	let next = 0;
	return {
		isDue: () => performance.now() >= next,
		done(cost) {
			next = performance.now() + Math.max(shortest, SHARE * cost);
		},
	};
}
