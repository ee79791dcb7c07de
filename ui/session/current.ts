import { useSyncExternalStore } from "react";
import { createSession, type Demand, type TokenStorage } from "./session.ts";

/** Of this tab only: closing it ends it, other tabs and other sites never see it. */
export const session = createSession(tabStorage());

/** @returns why a token is asked for, or null */
export function useDemand(): Demand | null {
	return useSyncExternalStore(session.subscribe, session.demand);
}

export function useToken(): string | null {
	return useSyncExternalStore(session.subscribe, session.token);
}

/** Where storage is forbidden, even to ask for it throws. */
function tabStorage(): TokenStorage {
	try {
		return sessionStorage;
	} catch {
		return { getItem: () => null, setItem: () => {}, removeItem: () => {} };
	}
}
