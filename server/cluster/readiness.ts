export interface Readiness {
	/** why nobody should be sent here, in one sentence; undefined: all is well */
	notReady(): string | undefined;
	/** From now on it is ending. */
	end(): void;
}

/**
 * A server is ready once it knows all it needs to know, and stays so until it ends: when the API server is away every
 * replica is behind, and to take them all out of their Service would help nobody.
 * @param missing what is not known yet, in words
 */
export function readiness(missing: () => readonly string[]): Readiness {
	let wasReady = false;
	let ending = false;
	return {
		notReady() {
			if (ending) return "The server is stopping.";
			if (wasReady) return undefined;
			const waitingFor = missing();
			wasReady = waitingFor.length === 0;
			return wasReady ? undefined : `The server still waits for: ${waitingFor.join(", ")}.`;
		},
		end() {
			ending = true;
		},
	};
}
