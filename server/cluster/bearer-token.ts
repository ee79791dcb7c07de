import { createHash } from "node:crypto";

/** Under this a token is remembered: never itself, which a dump of the memory would show. */
export function tokenKey(token: string): string {
	return createHash("sha256").update(token).digest("base64");
}

/**
 * When a JSON Web Token ends, by what it says of itself: only of use for one that the API server has accepted.
 * @returns milliseconds since the epoch; undefined: it is none, or does not say
 */
export function expiryOf(token: string): number | undefined {
	try {
		const claims: unknown = JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString("utf8"));
		const { exp } = claims as { exp?: unknown };
		return typeof exp === "number" ? exp * 1000 : undefined;
	} catch {
		return undefined;
	}
}
