import { SIDECAR_CONTAINER } from "../../contract/names.ts";
import { SIDECAR_VOLUMES } from "./sidecar.ts";

/** A policy that was changed, or a quota that has room again, is tried again after this long. */
const REMEMBERED_MS = 10 * 60 * 1000;
/** The oldest are forgotten first: an owner that is refused again is remembered again. */
const OWNERS = 10_000;
const MESSAGE_CHARACTERS = 256;

/** What later admission steps refused because of the sidecar; in memory, each replica learns by itself. */
export interface Refusals {
	/**
	 * @param owner as `ownerKeyOf` makes it
	 * @param at when it was said, by the clock; absent: now
	 */
	remember(owner: string, message: string, at?: number): void;
	/** @returns what was said; undefined: nothing in the last ten minutes */
	find(owner: string): string | undefined;
}

/** @param clock milliseconds since the epoch */
export function createRefusals(clock: () => number = Date.now): Refusals {
	const refused = new Map<string, { message: string; until: number }>();
	return {
		remember(owner, message, at = clock()) {
			if (at + REMEMBERED_MS <= clock()) return;
			refused.delete(owner);
			refused.set(owner, { message: message.slice(0, MESSAGE_CHARACTERS), until: at + REMEMBERED_MS });
			const [oldest] = refused.keys();
			if (refused.size > OWNERS && oldest !== undefined) refused.delete(oldest);
		},
		find(owner) {
			const entry = refused.get(owner);
			if (entry === undefined || entry.until > clock()) return entry?.message;
			refused.delete(owner);
			return undefined;
		},
	};
}

const OUR_NAMES = [SIDECAR_CONTAINER, ...Object.values(SIDECAR_VOLUMES)];
const QUOTED_NAME = new RegExp(`["'\`](${OUR_NAMES.join("|")})["'\`]`);

/** OpenShift counts containers instead of naming them. */
const OF_SECURITY_CONTEXT = /security context constraint.*(\binitContainers\[|\bhostPath\b)/s;

/**
 * Does this refusal (of a ReplicaSet's condition or Event) speak of the sidecar: `container "furnace" must not set ...`?
 * One that does so by mistake costs nothing: the pod is refused anyway, and the next one is tried without a sidecar.
 */
export function namesSidecar(message: string): boolean {
	return QUOTED_NAME.test(message) || OF_SECURITY_CONTEXT.test(message);
}
