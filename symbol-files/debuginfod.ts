import { type DebugFileCache, openDebugFileCache } from "./debug-file-cache.ts";

/** Servers that have the debug information of whole distributions, by build-id: https://sourceware.org/elfutils/Debuginfod.html */
export interface Debuginfod {
	/**
	 * Asks the servers, in order, for the debug information of a file.
	 * @param buildId hexadecimal, of whatever origin
	 * @returns a descriptor to read from; undefined: no server has it, or none could be asked. Never rejects.
	 */
	find(buildId: string, question: DebuginfodQuestion): Promise<number | undefined>;
}

export interface DebuginfodQuestion {
	readonly signal: AbortSignal;
	/** told why a server could not be asked */
	readonly onFailure: (reason: string) => void;
}

export interface DebuginfodOptions {
	/** http or https, the first to be asked first */
	readonly urls: readonly string[];
	/** for what was fetched; made where it is missing */
	readonly folder: string;
	/** bytes of one file at most */
	readonly mostFileBytes?: number;
	/** bytes of all that is kept; what was not used for longest goes first */
	readonly mostBytes?: number;
	readonly requestMilliseconds?: number;
}

const DEFAULTS = {
	mostFileBytes: 256 * 2 ** 20,
	mostBytes: 512 * 2 ** 20,
	requestMilliseconds: 30_000,
};
/** So long a server that has not answered is not asked again, nor one that has not got a file for that file. */
const REST_MILLISECONDS = 60_000;
const ABSENT_MILLISECONDS = 3_600_000;
const MOST_ABSENT = 10_000;
const MOST_REDIRECTS = 3;
const BUILD_ID = /^[0-9a-f]{8,64}$/;
const ABSENT_STATUS: ReadonlySet<number> = new Set([400, 404, 406, 410]);

export function createDebuginfod(options: DebuginfodOptions): Debuginfod {
	return new AskedServers({ ...DEFAULTS, ...options });
}

/** A server that cannot be asked now: it is let alone for a while. */
class ServerFailure extends Error {}

class AskedServers implements Debuginfod {
	readonly #options: Required<DebuginfodOptions>;
	readonly #cache: DebugFileCache;
	/** until when, by server and file */
	readonly #absent = new Map<string, number>();
	readonly #resting = new Map<string, number>();

	constructor(options: Required<DebuginfodOptions>) {
		this.#options = options;
		this.#cache = openDebugFileCache(options.folder, options.mostBytes);
	}

	async find(buildId: string, { signal, onFailure }: DebuginfodQuestion): Promise<number | undefined> {
		if (!BUILD_ID.test(buildId)) return undefined;
		const known = await this.#cache.find(buildId);
		if (known !== undefined) return known;
		for (const url of this.#options.urls) {
			if (signal.aborted) return undefined;
			const key = `${url}\n${buildId}`;
			if (isBefore(this.#resting.get(url)) || isBefore(this.#absent.get(key))) continue;
			try {
				if (await this.#fetch(url, buildId, signal)) return await this.#cache.find(buildId);
				if (this.#absent.size >= MOST_ABSENT) this.#absent.clear();
				this.#absent.set(key, performance.now() + ABSENT_MILLISECONDS);
			} catch (error) {
				if (error instanceof ServerFailure) this.#resting.set(url, performance.now() + REST_MILLISECONDS);
				onFailure(`${new URL(url).host} could not be asked for its debug information (${reasonOf(error)})`);
			}
		}
		return undefined;
	}

	/** @returns false: the server has not got it, or not in a size that can be kept */
	async #fetch(url: string, buildId: string, stop: AbortSignal): Promise<boolean> {
		const { requestMilliseconds, mostFileBytes } = this.#options;
		const signal = AbortSignal.any([stop, AbortSignal.timeout(requestMilliseconds)]);
		const place = new URL(`${url.replace(/\/+$/, "")}/buildid/${buildId}/debuginfo`);
		const response = await answered(place, signal);
		try {
			if (ABSENT_STATUS.has(response.status)) return false;
			if (!response.ok || response.body === null) throw new ServerFailure(`it answers ${response.status}`);
			if (Number(response.headers.get("content-length") ?? 0) > mostFileBytes) return false;
			return await this.#cache.store(buildId, response.body, mostFileBytes);
		} catch (error) {
			throw stop.aborted ? error : asServerFailure(error);
		} finally {
			if (!response.bodyUsed) await response.body?.cancel().catch(() => undefined);
		}
	}
}

/** Redirects may lead anywhere, but not to another scheme: no question leaves TLS, nothing else than HTTP is spoken. */
async function answered(place: URL, signal: AbortSignal): Promise<Response> {
	let at = place;
	for (let redirects = 0; redirects <= MOST_REDIRECTS; redirects++) {
		const response = await fetch(at.href, { redirect: "manual", signal }).catch((error) => {
			throw asServerFailure(error);
		});
		const location = response.headers.get("location");
		if (response.status < 300 || response.status > 399 || location === null) return response;
		await response.body?.cancel();
		if (!URL.canParse(location, at.href)) throw new ServerFailure("it redirects to nowhere");
		const next = new URL(location, at.href);
		if (next.protocol !== place.protocol) throw new ServerFailure(`it redirects to ${next.protocol}`);
		at = next;
	}
	throw new ServerFailure("it redirects for ever");
}

function asServerFailure(error: unknown): Error {
	return error instanceof ServerFailure ? error : new ServerFailure(reasonOf(error), { cause: error });
}

/** fetch says no more than that it failed; what lies behind says why. */
function reasonOf(error: unknown): string {
	const { message, cause } = error as Error;
	return cause instanceof Error && cause.message !== "" ? cause.message : message;
}

function isBefore(until: number | undefined): boolean {
	return until !== undefined && performance.now() < until;
}
