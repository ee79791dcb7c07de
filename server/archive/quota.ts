import { readdir, stat, statfs } from "node:fs/promises";
import { join } from "node:path";

const GIBIBYTE = 2 ** 30;
const DEFAULT_BYTES = 10 * GIBIBYTE;
/** A full disk takes more with it than the archive: a kubelet evicts pods from it. */
const SHARE_OF_DISK = 0.8;

/** How many bytes an archive in this folder may take when nobody says otherwise. */
export async function defaultMaxBytes(directory: string): Promise<number> {
	const { blocks, bsize } = await statfs(directory);
	return Math.floor(Math.min(DEFAULT_BYTES, SHARE_OF_DISK * blocks * bsize));
}

/** Bytes of the files that lie directly in a folder; what vanishes meanwhile counts nothing. */
export async function bytesOfFiles(directory: string): Promise<number> {
	const sizes = (await readdir(directory)).map(async (name) => {
		try {
			return (await stat(join(directory, name))).size;
		} catch (error) {
			if ((error as NodeJS.ErrnoException).code === "ENOENT") return 0;
			throw error;
		}
	});
	return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}

/** A recording as its limits see it. */
interface Entry {
	readonly id: string;
	readonly namespace: string;
	/** on disk */
	readonly bytes: number;
	/** of its JSON, which is kept in memory */
	readonly jsonBytes: number;
}

export interface Limits {
	readonly maxRecordings: number;
	readonly maxBytes: number;
	readonly maxJsonBytes: number;
}

/**
 * Which recordings must go so that what is left, with `alsoBytes` of other things, keeps the limits: each time the oldest
 * of the namespace that takes most, so that one that floods the archive does so at its own cost. How old they are is
 * what their agents say.
 * @param newestFirst of which the first, the newest, always stays
 */
export function surplus(newestFirst: readonly Entry[], limits: Limits, alsoBytes: number): string[] {
	const gone = new Set<string>();
	const trim = (most: number, takes: (entry: Entry) => number, also = 0): void => {
		const left = newestFirst.filter(({ id }) => !gone.has(id));
		let over = left.reduce((sum, entry) => sum + takes(entry), also) - most;
		const shares = over > 0 ? sharesOf(left, takes) : [];
		while (over > 0) {
			const largest = shares.reduce(larger, NOTHING);
			const oldest = largest.entries.pop();
			if (oldest === undefined) return;
			gone.add(oldest.id);
			largest.taken -= takes(oldest);
			over -= takes(oldest);
		}
	};
	trim(limits.maxBytes, ({ bytes }) => bytes, alsoBytes);
	trim(limits.maxJsonBytes, ({ jsonBytes }) => jsonBytes);
	trim(limits.maxRecordings, () => 1);
	return newestFirst.flatMap(({ id }) => (gone.has(id) ? [id] : []));
}

/** What a namespace takes. */
interface Share {
	taken: number;
	/** that may go, newest first */
	readonly entries: Entry[];
}

const NOTHING: Share = { taken: 0, entries: [] };

function larger(one: Share, other: Share): Share {
	return other.entries.length > 0 && (one.entries.length === 0 || other.taken > one.taken) ? other : one;
}

function sharesOf([newest, ...others]: readonly Entry[], takes: (entry: Entry) => number): Share[] {
	const shares = new Map<string, Share>();
	for (const entry of others) {
		const share = shares.get(entry.namespace) ?? { taken: 0, entries: [] };
		share.entries.push(entry);
		share.taken += takes(entry);
		shares.set(entry.namespace, share);
	}
	const newestShare = newest && shares.get(newest.namespace);
	if (newest && newestShare) newestShare.taken += takes(newest);
	return [...shares.values()];
}
