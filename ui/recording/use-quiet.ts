import { useEffect, useState } from "react";

/** News come every second: after so many without any, something is slow. */
const PATIENCE_MS = 5_000;

/**
 * Has there been nothing new for longer than one should have to wait?
 * @param news another object each time something comes
 * @param isAwaited false: nothing is expected at the moment
 */
export function useQuiet(news: unknown, isAwaited: boolean): boolean {
	const [isQuiet, setQuiet] = useState(false);
	// biome-ignore lint/correctness/useExhaustiveDependencies: whatever is new begins the wait anew
	useEffect(() => {
		setQuiet(false);
		if (!isAwaited) return;
		const timer = setTimeout(() => setQuiet(true), PATIENCE_MS);
		return () => clearTimeout(timer);
	}, [news, isAwaited]);
	return isQuiet;
}
