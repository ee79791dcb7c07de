import { ProblemError } from "../../contract/problem.ts";
import { createLimiter } from "../limiter.ts";

/** What somebody else answered, and for how long it may be used again. */
export interface Answer<V> {
	readonly value: V;
	/** no new question in this time */
	readonly freshMs: number;
	/** still better than nothing in this time, where a new question fails; absent: not at all */
	readonly usableMs?: number;
}

/** Answers of the API server, remembered for moments. */
export interface Answers<V> {
	/**
	 * @param key what is asked; nobody else's question may have the same
	 * @param find asks; called once however many want to know at the same time
	 * @throws what `find` throws, which is not remembered; ProblemError `too-many-requests`
	 */
	ask(key: string, find: () => Promise<Answer<V>>): Promise<V>;
	/** remembered answers, fresh or not */
	size(): number;
}

export interface AnswersOptions {
	/** the oldest go first */
	readonly max: number;
	/** monotonic, in milliseconds */
	readonly clock?: () => number;
}

/** Questions to the API server at the same time; others wait. */
const CONCURRENT = 32;
/** Beyond that many nobody waits: strangers with made-up tokens must not fill the memory. */
const WAITING = 2_000;

interface Remembered<V> {
	readonly value: V;
	readonly freshUntil: number;
	readonly usableUntil: number;
}

export function createAnswers<V>(options: AnswersOptions): Answers<V> {
	const { max, clock = () => performance.now() } = options;
	const remembered = new Map<string, Remembered<V>>();
	const asking = new Map<string, Promise<V>>();
	const limited = createLimiter(CONCURRENT);

	async function askAnew(key: string, find: () => Promise<Answer<V>>): Promise<V> {
		try {
			const answer = await limited(find);
			remember(key, answer);
			return answer.value;
		} catch (error) {
			const old = remembered.get(key);
			if (old !== undefined && clock() < old.usableUntil) return old.value;
			throw error;
		}
	}

	function remember(key: string, { value, freshMs, usableMs = 0 }: Answer<V>): void {
		const now = clock();
		remembered.delete(key);
		remembered.set(key, { value, freshUntil: now + freshMs, usableUntil: now + usableMs });
		const [oldest] = remembered.keys();
		if (remembered.size > max && oldest !== undefined) remembered.delete(oldest);
	}

	return {
		size: () => remembered.size,
		async ask(key, find) {
			const known = remembered.get(key);
			if (known !== undefined && clock() < known.freshUntil) return known.value;
			const underWay = asking.get(key);
			if (underWay !== undefined) return underWay;
			if (asking.size >= WAITING) throw new ProblemError("too-many-requests");
			const answer = askAnew(key, find).finally(() => asking.delete(key));
			asking.set(key, answer);
			return answer;
		},
	};
}
