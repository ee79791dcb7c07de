import { readdir, stat, statfs } from "node:fs/promises";
import { join } from "node:path";

/** Below what the kubelet lets a sidecar have (AGENT_STORAGE_LIMIT), which counts other volumes of it, too. */
export const DEFAULT_STORAGE_LIMIT = 4 * 2 ** 30;
/** Of what the disk has free: it is the application's disk as well. */
const SHARE_OF_FREE = 0.8;

export interface SpaceOptions {
	readonly workDir: string;
	/** bytes that the work folder may hold */
	readonly limit: number;
	/** bytes promised to recordings that run, as far as they have not been written yet */
	readonly promised: () => Promise<number>;
	/** Gives up the least valuable of what is kept. @returns false: there is nothing more to give up */
	readonly giveUp: () => Promise<boolean>;
}

/** There is no room for what must be written, whatever is given up. */
export class NoSpaceError extends Error {
	override name = "NoSpaceError";
	readonly code = "ENOSPC";
}

/** The work folder's own bounds. */
export interface Space {
	/** Gives up what it must. @returns bytes that may be written; may be less than wanted, never below 0 */
	make(wanted: number): Promise<number>;
	/** @throws NoSpaceError */
	ensure(bytes: number): Promise<void>;
}

export function createSpace(options: SpaceOptions): Space {
	const { workDir, limit, promised, giveUp } = options;
	const room = async () => {
		const [used, { bavail, bsize }, unwritten] = await Promise.all([
			sizeOf(workDir),
			statfs(workDir),
			promised(),
		]);
		return Math.min(limit - used, SHARE_OF_FREE * bavail * bsize) - unwritten;
	};
	const make = async (wanted: number) => {
		let there = await room();
		while (there < wanted && (await giveUp())) there = await room();
		return Math.max(0, Math.floor(there));
	};
	return {
		make,
		async ensure(bytes) {
			if ((await make(bytes)) >= bytes) return;
			throw new NoSpaceError(`There is no room for ${bytes} bytes in ${workDir}`);
		},
	};
}

/** Bytes of all files in a folder and in those in it; what vanishes meanwhile counts for nothing. */
async function sizeOf(folder: string): Promise<number> {
	const entries = await readdir(folder, { recursive: true }).catch(() => []);
	const sizes = await Promise.all(
		entries.map(async (entry) => {
			const found = await stat(join(folder, entry)).catch(() => undefined);
			return found?.isFile() ? found.size : 0;
		}),
	);
	return sizes.reduce((total, size) => total + size, 0);
}
