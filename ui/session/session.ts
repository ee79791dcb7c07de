/** Why a token is asked for: there never was one, the server no longer takes it, or the user signed out. */
export type Demand = "missing" | "expired" | "signed-out";

/** Where the token is kept; the browser's sessionStorage is one. */
export type TokenStorage = Pick<Storage, "getItem" | "setItem" | "removeItem">;

/**
 * Who uses this tab, as far as the page knows: a bearer token, or none where none is asked for (on one machine, or
 * behind a proxy that adds it).
 */
export interface Session {
	token(): string | null;
	/** null: nobody asks for a token */
	demand(): Demand | null;
	/** The server did not take a request with this token, or without one. An answer to an older token changes nothing. */
	refuse(used: string | null): void;
	signIn(token: string): void;
	signOut(): void;
	/** Resolves at once when no token is asked for, else at the next sign-in. @throws the signal's reason */
	untilSignedIn(signal?: AbortSignal): Promise<void>;
	/** @returns the end of it */
	subscribe(listener: () => void): () => void;
}

const KEY = "furnace.token";

/** @param storage of this tab alone; when it refuses to keep the token, that lasts until the page is closed */
export function createSession(storage: TokenStorage): Session {
	let token = attempt(() => storage.getItem(KEY)) ?? null;
	let demand: Demand | null = null;
	const listeners = new Set<() => void>();
	const become = (newToken: string | null, newDemand: Demand | null) => {
		token = newToken;
		demand = newDemand;
		attempt(() => (newToken === null ? storage.removeItem(KEY) : storage.setItem(KEY, newToken)));
		for (const listener of [...listeners]) listener();
	};
	const subscribe: Session["subscribe"] = (listener) => {
		listeners.add(listener);
		return () => listeners.delete(listener);
	};
	return {
		token: () => token,
		demand: () => demand,
		refuse(used) {
			if (used !== token || demand !== null) return;
			become(null, used === null ? "missing" : "expired");
		},
		signIn: (given) => become(given, null),
		signOut: () => become(null, "signed-out"),
		untilSignedIn(signal) {
			if (demand === null) return Promise.resolve();
			return new Promise((resolve, reject) => {
				const settle = () => {
					if (demand !== null && !signal?.aborted) return;
					end();
					signal?.removeEventListener("abort", settle);
					if (signal?.aborted) reject(signal.reason);
					else resolve();
				};
				const end = subscribe(settle);
				signal?.addEventListener("abort", settle);
				settle();
			});
		},
		subscribe,
	};
}

/** Private windows may refuse to store: then the session is kept in memory only. */
function attempt<T>(use: () => T): T | undefined {
	try {
		return use();
	} catch {
		return undefined;
	}
}
