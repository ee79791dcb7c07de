import { useEffect, useState } from "react";

/** Seconds that go on between two updates; the server's figure counts, our clock only fills the gap. */
export function useElapsed(seconds: number, running: boolean): number {
	const [shown, setShown] = useState(seconds);
	useEffect(() => {
		setShown(seconds);
		if (!running) return;
		const since = performance.now();
		const timer = setInterval(() => setShown(seconds + (performance.now() - since) / 1000), 250);
		return () => clearInterval(timer);
	}, [seconds, running]);
	return shown;
}
