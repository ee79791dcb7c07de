import { open, readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { ProblemError } from "../../contract/problem.ts";
import type { Piece } from "./content-range.ts";

const ABANDONED_MS = 24 * 3_600_000;

/** The file in which an upload grows. Its owner is part of the name, so agents cannot touch each other's. */
export function partialPath(directory: string, owner: string, id: string): string {
	return join(directory, `${owner}.${id}.part`);
}

/** Bytes that have arrived. */
export async function partialSize(path: string): Promise<number> {
	try {
		return (await stat(path)).size;
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code === "ENOENT") return 0;
		throw error;
	}
}

/**
 * Writes a piece where the upload stands; one that begins at 0 starts it anew. What arrived before a cut connection
 * stays, for the next request.
 * @throws ProblemError `upload-conflict` (it does not begin there), `invalid-request` (its length is wrong)
 */
export async function writePiece(path: string, piece: Piece, body: Readable): Promise<void> {
	if (piece.first > 0) await checkOffset(path, piece.first);
	const handle = await open(path, piece.first === 0 ? "w" : "a", 0o600);
	let left = piece.length;
	try {
		for await (const chunk of body as AsyncIterable<Uint8Array>) {
			left -= chunk.length;
			if (left < 0) throw new ProblemError("invalid-request", "The body is longer than it says.");
			await handle.appendFile(chunk);
		}
		await handle.sync();
	} finally {
		await handle.close();
	}
	if (left > 0) throw new ProblemError("invalid-request", "The body is shorter than it says.");
}

async function checkOffset(path: string, first: number): Promise<void> {
	const size = await partialSize(path);
	if (first !== size) throw new ProblemError("upload-conflict", `The upload stands at ${size} bytes.`);
}

/**
 * Removes what processes left under way that had this folder as well and are gone. A living one writes into its
 * temporary folder every few seconds, when it is asked whether it is ready.
 */
export async function removeDeadWriters(directory: string, now: number): Promise<void> {
	for (const writer of await readdir(join(directory, "temporary"))) {
		const found = await stat(join(directory, "temporary", writer)).catch(() => undefined);
		if (found === undefined || now - found.mtimeMs <= ABANDONED_MS) continue;
		for (const place of ["uploads", "temporary"])
			await rm(join(directory, place, writer), { recursive: true, force: true });
	}
}

/** Removes uploads that nobody has continued for a day. */
export async function removeAbandoned(directory: string, now: number): Promise<void> {
	for (const name of await readdir(directory)) {
		const path = join(directory, name);
		const { mtimeMs } = await stat(path);
		if (now - mtimeMs > ABANDONED_MS) await rm(path, { recursive: true, force: true });
	}
}
