import { readFile } from "node:fs/promises";
import { type Static, Type } from "typebox";
import { Value } from "typebox/value";
import { RecordingId } from "../../contract/recording.ts";
import { replaceFile } from "./atomic-file.ts";

const DAY_MS = 24 * 3_600_000;
/** A replica that was away for longer may bring a deleted recording back. */
export const KEPT_MS = 30 * DAY_MS;
/** The newest so many are kept: some megabytes. */
export const MOST_TOMBSTONES = 20_000;

const Tombstone = Type.Object({
	id: RecordingId,
	/** Unix time in milliseconds */
	at: Type.Number(),
	/** `deleted`: by somebody, and gone everywhere; `evicted`: here alone, for want of room */
	why: Type.Enum(["deleted", "evicted"], { type: "string" }),
});
type Tombstone = Static<typeof Tombstone>;

/** What is gone for good, so that no peer and no late upload brings it back. */
export interface Tombstones {
	has(id: string): boolean;
	/** deleted by somebody, oldest first */
	deleted(): { id: string; at: number }[];
	/**
	 * A deletion outweighs an eviction; else the first entry stays.
	 * @throws the file system's error; it is remembered until the process ends all the same
	 */
	add(tombstone: Tombstone): Promise<void>;
}

/** Those of a file that cannot be read are lost: that is better than an archive that cannot be opened. */
export async function openTombstones(
	path: string,
	onUnreadable: (error: unknown) => void,
): Promise<Tombstones> {
	const entries = new Map((await read(path, onUnreadable)).map((entry) => [entry.id, entry]));
	let writing = Promise.resolve();
	let next: Promise<void> | undefined;
	/** Is there something that no write has, or that the last one failed to bring to the disk? */
	let isUnsaved = false;
	const write = async (): Promise<void> => {
		isUnsaved = false;
		try {
			await replaceFile(path, JSON.stringify([...entries.values()]));
		} catch (error) {
			isUnsaved = true;
			throw error;
		}
	};
	/** Many changes at once are one write. */
	const save = (): Promise<void> => {
		next ??= writing
			.catch(() => {})
			.then(() => {
				next = undefined;
				writing = write();
				return writing;
			});
		return next;
	};
	return {
		has: (id) => entries.has(id),
		deleted: () =>
			[...entries.values()].flatMap(({ id, at, why }) => (why === "deleted" ? [{ id, at }] : [])),
		add(tombstone) {
			const known = entries.get(tombstone.id);
			if (known?.why === "deleted" || known?.why === tombstone.why) return isUnsaved ? save() : writing;
			isUnsaved = true;
			entries.set(tombstone.id, tombstone);
			for (const id of surplus(entries, Date.now())) entries.delete(id);
			return save();
		},
	};
}

/** The too old ones, and of too many the oldest. */
function surplus(entries: ReadonlyMap<string, Tombstone>, now: number): string[] {
	const tooOld = [...entries.values()].filter(({ at }) => now - at > KEPT_MS).map(({ id }) => id);
	if (entries.size <= MOST_TOMBSTONES) return tooOld;
	// evictions first: a flood of recordings must not make deletions forgotten
	const leastMissedFirst = [...entries.values()].sort(
		(a, b) => Number(a.why === "deleted") - Number(b.why === "deleted") || a.at - b.at,
	);
	return leastMissedFirst.slice(0, entries.size - MOST_TOMBSTONES).map(({ id }) => id);
}

async function read(path: string, onUnreadable: (error: unknown) => void): Promise<Tombstone[]> {
	try {
		const found: unknown = JSON.parse(await readFile(path, "utf8"));
		if (!Array.isArray(found)) throw new Error("it holds no list");
		return found.filter((entry): entry is Tombstone => Value.Check(Tombstone, entry));
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code !== "ENOENT") onUnreadable(error);
		return [];
	}
}
