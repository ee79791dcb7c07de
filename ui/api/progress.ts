import { weight } from "../wording.ts";

/** How far a download has come, in bytes; the whole is not known where the answer is made, or compressed, on its way. */
export interface Progress {
	received: number;
	total?: number;
}

/** A small download is over before anybody could read a figure. */
const WORTH_A_WORD_BYTES = 1_000_000;
/** Often enough for the eye; every change is drawn. */
const TOLD_EVERY_MS = 200;

/** @returns "12.3 MB of 45.6 MB", "12.3 MB", or nothing for what is small */
export function progressWords(progress: Progress | null): string {
	if (progress === null || Math.max(progress.received, progress.total ?? 0) < WORTH_A_WORD_BYTES) return "";
	const received = weight(progress.received, "bytes");
	return progress.total === undefined ? received : `${received} of ${weight(progress.total, "bytes")}`;
}

/** @returns the length of the body as it will be read; undefined: not known */
export function totalOf(headers: Headers): number | undefined {
	const coded = headers.get("content-encoding") ?? "identity";
	const length = Number(headers.get("content-length") ?? Number.NaN);
	return coded === "identity" && Number.isSafeInteger(length) && length > 0 ? length : undefined;
}

/** Passes bytes on and tells how many have come. */
export function countBytes(
	total: number | undefined,
	onProgress: (progress: Progress) => void,
	now: () => number = () => performance.now(),
): TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>> {
	let received = 0;
	let toldAt = Number.NEGATIVE_INFINITY;
	return new TransformStream({
		transform(chunk, controller) {
			received += chunk.length;
			controller.enqueue(chunk);
			if (now() - toldAt < TOLD_EVERY_MS) return;
			toldAt = now();
			onProgress({ received, ...(total === undefined ? {} : { total }) });
		},
	});
}
