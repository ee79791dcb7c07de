import { ProblemError } from "../../contract/problem.ts";

/** Compressed bytes of one profile. A recording of an hour at 99 Hz on 64 busy cores stays well below. */
export const MAX_UPLOAD_BYTES = 256 * 1024 * 1024;

/** Which bytes of an upload a request carries. */
export interface Piece {
	first: number;
	/** of this piece */
	length: number;
	/** of the whole upload */
	size: number;
}

/**
 * Reads `content-range: bytes FIRST-LAST/SIZE`; without it the body is the whole.
 * @throws ProblemError `invalid-request`, `too-large`
 */
export function readPiece(headers: {
	"content-range"?: string | undefined;
	"content-length"?: string | undefined;
}): Piece {
	const piece =
		headers["content-range"] === undefined
			? wholeBody(headers["content-length"])
			: range(headers["content-range"]);
	if (piece.size > MAX_UPLOAD_BYTES)
		throw new ProblemError("too-large", `At most ${MAX_UPLOAD_BYTES} bytes.`);
	return piece;
}

function wholeBody(contentLength: string | undefined): Piece {
	if (contentLength === undefined) {
		throw new ProblemError("invalid-request", "An upload needs a content-length or a content-range.");
	}
	const size = Number(contentLength);
	if (size === 0) throw new ProblemError("invalid-request", "The upload is empty.");
	return { first: 0, length: size, size };
}

function range(header: string): Piece {
	const match = /^bytes (\d{1,15})-(\d{1,15})\/(\d{1,15})$/.exec(header);
	if (match === null)
		throw new ProblemError("invalid-request", "content-range must be: bytes FIRST-LAST/SIZE");
	const [first, last, size] = match.slice(1).map(Number) as [number, number, number];
	if (first > last || last >= size) {
		throw new ProblemError("invalid-request", "content-range must have FIRST <= LAST < SIZE");
	}
	return { first, length: last - first + 1, size };
}
