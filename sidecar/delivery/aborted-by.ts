/**
 * Aborts with the first of these signals. They live longer: abort it when its work is done, which takes its listeners
 * off them.
 */
export function abortedBy(...sources: readonly AbortSignal[]): AbortController {
	const end = new AbortController();
	for (const source of sources) {
		if (source.aborted) end.abort();
		source.addEventListener("abort", () => end.abort(), { once: true, signal: end.signal });
	}
	return end;
}
