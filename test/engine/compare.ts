import { type Evidence, evidenceOf } from "./evidence.ts";
import { differentCounts, foldSamples, parseFolded } from "./folded-counts.ts";
import {
	GARBAGE_CHAIN,
	IMPOSSIBLE_ADDRESS,
	isGarbageChain,
	KNOWN_DIFFERENCES,
	withoutImpossibleRoot,
} from "./known-differences.ts";
import {
	type ReadSamples,
	readPerfData,
	readScriptText,
	type Sample,
	type SampleFrame,
	scriptText,
} from "./samples.ts";

export interface Comparison {
	readonly samples: number;
	/** of the samples, those that are the same in everything */
	readonly same: number;
	/** differing samples by what explains them */
	readonly known: ReadonlyMap<string, number>;
	/** differing samples that nothing explains */
	readonly unknown: readonly string[];
	/** stacks of our folded output whose count is not that of perf's samples, known differences set aside */
	readonly folded: readonly string[];
	readonly perf: ReadSamples;
	readonly ours: ReadSamples;
	/** path of what perf script printed */
	readonly text: string;
}

export interface CompareOptions {
	/** processes with a map of compiled code */
	readonly jitPids?: readonly number[];
	/** processes whose samples do not count */
	readonly leftOut?: ReadonlySet<number>;
}

/** What became of one sample of perf's. */
interface Review {
	readonly known: readonly string[];
	readonly unknown: readonly string[];
	/** perf's, with ours where ours are known to be right */
	readonly frames: readonly SampleFrame[];
}

/**
 * Reads a recording twice, by perf script and by ourselves, and compares sample by sample (time, process, thread, period
 * and every frame's module and name) and as folded stacks.
 */
export async function compare(file: string, options: CompareOptions = {}): Promise<Comparison> {
	const { jitPids = [], leftOut = new Set() } = options;
	const ours = await readPerfData(file, { jitPids, leftOut });
	const text = await scriptText(file);
	const perf = await readScriptText(text, leftOut);
	const evidence = await evidenceOf(file);
	const known = new Map<string, number>();
	const unknown: string[] = [];
	const reviewed: Sample[] = [];
	let same = 0;
	for (let index = 0; index < Math.max(perf.samples.length, ours.samples.length); index++) {
		const [theirs, own] = [perf.samples[index], ours.samples[index]];
		const review = reviewOf(theirs, own, evidence);
		if (review.known.length + review.unknown.length === 0) same++;
		for (const name of new Set(review.known)) known.set(name, (known.get(name) ?? 0) + 1);
		unknown.push(...review.unknown);
		if (theirs !== undefined) reviewed.push({ ...theirs, frames: review.frames });
	}
	const folded = differentCounts(foldSamples(reviewed), parseFolded(ours.folded));
	return { samples: ours.samples.length, same, known, unknown, folded, perf, ours, text };
}

function reviewOf(perf: Sample | undefined, ours: Sample | undefined, evidence: Evidence): Review {
	const failed = (reason: string) => ({ known: [], unknown: [reason], frames: perf?.frames ?? [] });
	if (perf === undefined || ours === undefined) return failed("one of the two has a sample more");
	for (const field of ["time", "pid", "tid", "period"] as const) {
		if (perf[field] !== ours[field]) return failed(`${field}: ${perf[field]} | ${ours[field]}`);
	}
	const rooted = withoutImpossibleRoot(perf, ours);
	if (rooted.length !== perf.frames.length) {
		const review = reviewOf({ ...perf, frames: rooted }, ours, evidence);
		return { ...review, known: [IMPOSSIBLE_ADDRESS, ...review.known] };
	}
	if (perf.frames.length !== ours.frames.length) {
		if (isGarbageChain(perf, ours, evidence)) {
			return { known: [GARBAGE_CHAIN.name], unknown: [], frames: ours.frames };
		}
		return failed(`${textOf(perf.frames)} | ${textOf(ours.frames)}`);
	}
	return reviewOfFrames(perf, ours, evidence);
}

function reviewOfFrames(perf: Sample, ours: Sample, evidence: Evidence): Review {
	const known: string[] = [];
	const unknown: string[] = [];
	const frames = perf.frames.map((frame, index) => {
		const own = ours.frames[index];
		if (frame.name === own.name && frame.module === own.module) return frame;
		const difference = KNOWN_DIFFERENCES.find(({ explains }) => explains(frame, own, ours, evidence));
		if (difference === undefined) {
			unknown.push(`${perf.frames[0].name}: ${shortened(textOf([frame]))} | ${shortened(textOf([own]))}`);
			return frame;
		}
		known.push(difference.name);
		return own;
	});
	return { known, unknown, frames };
}

function textOf(frames: readonly SampleFrame[]): string {
	return frames.map(({ module, name }) => `${name} (${module})`).join(";");
}

/** The middle of a long name tells little. */
function shortened(name: string): string {
	return name.length < 300 ? name : `${name.slice(0, 150)} ... ${name.slice(-150)}`;
}
