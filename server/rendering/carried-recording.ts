import { Value } from "typebox/value";
import { Recording } from "../../contract/recording.ts";

/** A profile carries its recording as a comment that begins so. */
const COMMENT_PREFIX = "furnace.recording=";

/** @returns the JSON of the recording that a profile carries */
export function carriedJson(comments: readonly string[]): string | undefined {
	return comments.find((text) => text.startsWith(COMMENT_PREFIX))?.slice(COMMENT_PREFIX.length);
}

/** @returns the recording that a profile carries, where it carries a valid one */
export function carriedRecording(comments: readonly string[]): Recording | undefined {
	try {
		const value: unknown = JSON.parse(carriedJson(comments) ?? "null");
		return Value.Check(Recording, value) ? value : undefined;
	} catch {
		return undefined;
	}
}
