import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { ProblemError } from "../../contract/problem.ts";
import { MAX_UPLOAD_BYTES } from "./content-range.ts";
import { partialPath, partialSize } from "./partial-upload.ts";

/** An agent that never ends its uploads may hold so many, and so many bytes; they count as if all had arrived. */
const MAX_UPLOADS = 64;
const MAX_BYTES = 2 * MAX_UPLOAD_BYTES;

/** The uploads under way, by the agents they come from. */
export interface UnfinishedUploads {
	/**
	 * To be called before each piece of an upload.
	 * @param size of the whole
	 * @throws ProblemError `too-many-requests`
	 */
	admit(owner: string, id: string, size: number): Promise<void>;
	/** It has been stored, or nothing of it is here. */
	ended(owner: string, id: string): void;
	/** Throws away all that an agent has under way: it is gone. */
	drop(owner: string): Promise<void>;
}

export function createUnfinishedUploads(directory: string): UnfinishedUploads {
	/** sizes that were announced, by path */
	const admitted = new Map<string, number>();

	/** the paths of an agent's uploads with bytes here, or announced since this process started */
	async function pathsOf(owner: string): Promise<string[]> {
		const prefix = join(directory, `${owner}.`);
		const there = (await readdir(directory)).map((name) => join(directory, name));
		return [...new Set([...there, ...admitted.keys()])].filter((path) => path.startsWith(prefix));
	}

	return {
		async admit(owner, id, size) {
			const path = partialPath(directory, owner, id);
			if (admitted.get(path) === size) return;
			// counts from now on, so that many at once cannot all pass
			admitted.set(path, size);
			const others = (await pathsOf(owner)).filter((other) => other !== path);
			const sizes = others.map(async (other) => admitted.get(other) ?? (await partialSize(other)));
			const bytes = (await Promise.all(sizes)).reduce((sum, other) => sum + other, size);
			if (others.length >= MAX_UPLOADS || bytes > MAX_BYTES) {
				admitted.delete(path);
				throw new ProblemError("too-many-requests", "This agent has too many unfinished uploads.");
			}
		},
		ended(owner, id) {
			admitted.delete(partialPath(directory, owner, id));
		},
		async drop(owner) {
			for (const path of await pathsOf(owner)) {
				admitted.delete(path);
				await rm(path, { force: true });
			}
		},
	};
}
