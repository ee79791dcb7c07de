/** Longest name kept, in UTF-16 units: enough for any name a person reads, and a bound for what a hostile one costs. */
export const MAX_NAME_LENGTH = 1024;

/** What a name without a single character becomes. */
export const UNKNOWN_NAME = "[unknown]";

/** C0, DEL and C1, line and paragraph separators, and all that changes the direction of what is drawn after it. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
const UNSAFE = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

/**
 * Makes a name from the outside safe to show in a page, a terminal or a line-based file.
 * @returns text without control and direction characters or broken surrogates (each becomes U+FFFD), of at most
 * MAX_NAME_LENGTH units; a longer one ends in `…` and a hash of all of it, so that two long names stay two
 */
export function cleanText(text: string): string {
	const clean = text.toWellFormed().replace(UNSAFE, "\ufffd");
	if (clean.length <= MAX_NAME_LENGTH) return clean;
	const tail = `…${hashText(text)}`;
	return clean.slice(0, MAX_NAME_LENGTH - tail.length).toWellFormed() + tail;
}

/** @returns the name as `cleanText` makes it, `[unknown]` for an empty one */
export function cleanName(name: string): string {
	return name === "" ? UNKNOWN_NAME : cleanText(name);
}

/**
 * The same text, to be kept for long. What V8 cuts out of a larger text keeps all of that alive: one name would hold
 * the whole chunk it came with.
 */
export function detachText(text: string): string {
	return ` ${text}`.slice(1);
}

/** The last part of a path. */
export function baseName(path: string): string {
	return path.slice(path.lastIndexOf("/") + 1);
}

/**
 * The name of a frame that has no symbol, so that it does not vanish and can be looked up by hand.
 * @param module path of its file; empty: not known, then `offset` is the address
 */
export function namelessFrame(module: string, offset: bigint): string {
	return `${module === "" ? UNKNOWN_NAME : baseName(module)}+0x${offset.toString(16)}`;
}

/** FNV-1a over UTF-16 units, 8 hexadecimal digits. */
function hashText(text: string): string {
	let hash = 0x811c9dc5;
	for (let index = 0; index < text.length; index++) {
		hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
	}
	return (hash >>> 0).toString(16).padStart(8, "0");
}

/** Was the name made by `namelessFrame`, or by a tool that does the same? */
export function isNameless(name: string): boolean {
	return name === UNKNOWN_NAME || /\+0x[0-9a-f]+$/.test(name);
}
