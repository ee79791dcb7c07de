import { randomUUID } from "node:crypto";
import { constants, openSync } from "node:fs";
import { mkdir, open, readdir, rename, rm, stat, statfs, utimes } from "node:fs/promises";
import { join } from "node:path";

/** Files of debug information by build-id, on disk. */
export interface DebugFileCache {
	/** @returns a descriptor to read from */
	find(buildId: string): Promise<number | undefined>;
	/**
	 * @returns false: it is larger than `mostFileBytes`, or than what there is room for
	 * @throws what reading the body or writing throws
	 */
	store(buildId: string, body: AsyncIterable<Uint8Array>, mostFileBytes: number): Promise<boolean>;
}

const SUFFIX = ".debug";
const UNFINISHED = ".part";
/** Left free for others on the same disk. */
const FREE_BYTES = 256 * 2 ** 20;

/** @param folder one agent's own */
export function openDebugFileCache(folder: string, mostBytes: number): DebugFileCache {
	return new FolderCache(folder, mostBytes);
}

class FolderCache implements DebugFileCache {
	readonly #folder: string;
	readonly #mostBytes: number;
	#ready: Promise<void> | undefined;

	constructor(folder: string, mostBytes: number) {
		this.#folder = folder;
		this.#mostBytes = mostBytes;
	}

	async find(buildId: string): Promise<number | undefined> {
		const path = this.#pathOf(buildId);
		const now = new Date();
		try {
			// also tells when it was last used
			await utimes(path, now, now);
			return openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW);
		} catch {
			return undefined;
		}
	}

	async store(buildId: string, body: AsyncIterable<Uint8Array>, mostFileBytes: number): Promise<boolean> {
		this.#ready ??= this.#prepare();
		await this.#ready;
		const { bavail, bsize } = await statfs(this.#folder);
		const room = Math.min(mostFileBytes, this.#mostBytes, bavail * bsize - FREE_BYTES);
		const unfinished = join(this.#folder, randomUUID() + UNFINISHED);
		try {
			const length = await write(unfinished, body, room);
			if (length === undefined) return false;
			await this.#makeRoom(length);
			await rename(unfinished, this.#pathOf(buildId));
			return true;
		} finally {
			await rm(unfinished, { force: true });
		}
	}

	#pathOf(buildId: string): string {
		return join(this.#folder, buildId + SUFFIX);
	}

	/** What an agent that was killed left unfinished is removed. */
	async #prepare(): Promise<void> {
		await mkdir(this.#folder, { recursive: true, mode: 0o700 });
		const names = await readdir(this.#folder);
		const unfinished = names.filter((name) => name.endsWith(UNFINISHED));
		await Promise.all(unfinished.map((name) => rm(join(this.#folder, name), { force: true })));
	}

	/** Removes what was not used for longest until so many bytes more fit in. */
	async #makeRoom(bytes: number): Promise<void> {
		const names = (await readdir(this.#folder)).filter((name) => name.endsWith(SUFFIX));
		const paths = names.map((name) => join(this.#folder, name));
		const files = await Promise.all(
			paths.map(async (path) => {
				const { size, mtimeMs } = await stat(path);
				return { path, size, mtimeMs };
			}),
		);
		let total = files.reduce((sum, { size }) => sum + size, bytes);
		for (const { path, size } of files.sort((a, b) => a.mtimeMs - b.mtimeMs)) {
			if (total <= this.#mostBytes) return;
			await rm(path, { force: true });
			total -= size;
		}
	}
}

/** @returns how many bytes; undefined: there are more than `most` */
async function write(
	path: string,
	body: AsyncIterable<Uint8Array>,
	most: number,
): Promise<number | undefined> {
	await using file = await open(path, "wx", 0o600);
	let length = 0;
	for await (const piece of body) {
		length += piece.length;
		if (length > most) return undefined;
		await file.writeFile(piece);
	}
	return length;
}
