/** A token as it was pasted, made ready to be sent; or what is wrong with it. */
export type TokenText = { token: string } | { error: string };

/** The largest that fits into a request beside its other headers. */
const MAX_CHARACTERS = 12 * 1024;

/** Takes what people copy: with `Bearer` before it, with the line breaks of a terminal in it. */
export function readTokenText(text: string): TokenText {
	const token = text.replace(/^\s*(authorization:\s*)?bearer\s+/i, "").replace(/\s+/g, "");
	if (token === "") return { error: "Paste a token." };
	if (!/^[\x21-\x7e]+$/.test(token))
		return { error: "This is no token: it has characters that no token has." };
	if (token.length > MAX_CHARACTERS) return { error: "This is no token: it is too long for one." };
	return { token };
}

/** What a token says of itself; only to be shown, since nobody has checked it. */
export interface TokenClaims {
	name?: string;
	expiresAt?: Date;
}

/** Reads a JSON Web Token; of any other kind of token nothing is known. */
export function claimsOf(token: string): TokenClaims {
	const claims = parse(token.split(".")[1]);
	const { preferred_username: preferred, email, sub, exp } = claims;
	const name = [preferred, email, sub].find((value) => typeof value === "string" && value !== "");
	const expiresAt = typeof exp === "number" ? new Date(exp * 1000) : undefined;
	const isTime = expiresAt !== undefined && !Number.isNaN(expiresAt.getTime());
	return { ...(name === undefined ? {} : { name: name as string }), ...(isTime ? { expiresAt } : {}) };
}

function parse(part: string | undefined): Record<string, unknown> {
	try {
		const binary = atob((part ?? "").replaceAll("-", "+").replaceAll("_", "/"));
		const bytes = Uint8Array.from(binary, (character) => character.charCodeAt(0));
		const value: unknown = JSON.parse(new TextDecoder().decode(bytes));
		return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
	} catch {
		return {};
	}
}
