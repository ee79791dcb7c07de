import { GARBAGE_CHAIN, IMPOSSIBLE_ADDRESS, isImpossible, KNOWN_DIFFERENCES } from "./known-differences.ts";
import { ProgramMaps } from "./program-maps.ts";
import { type ReadSamples, readByPerf, readByUs, type Sample, type SampleFrame } from "./samples.ts";

export interface Comparison {
	readonly samples: number;
	/** of the samples, those that are the same in everything */
	readonly same: number;
	/** differing samples by what explains them */
	readonly known: ReadonlyMap<string, number>;
	/** differing samples that nothing explains */
	readonly unknown: readonly string[];
	readonly perf: ReadSamples;
	readonly ours: ReadSamples;
}

export interface CompareOptions {
	/** processes with a map of compiled code */
	readonly jitPids?: readonly number[];
}

/**
 * Reads a recording twice, by perf script and by ourselves, and compares sample by sample: time, process, thread, period
 * and every frame's module and name.
 */
export async function compare(file: string, { jitPids = [] }: CompareOptions = {}): Promise<Comparison> {
	const ours = await readByUs(file, jitPids);
	const perf = await readByPerf(file);
	const maps = await ProgramMaps.of(file, perf.firstTime);
	const known = new Map<string, number>();
	const unknown: string[] = [];
	let same = 0;
	for (let index = 0; index < Math.max(perf.samples.length, ours.samples.length); index++) {
		const [theirs, own] = [perf.samples[index], ours.samples[index]];
		const found = differencesOf(theirs, own, maps);
		if (found.length === 0) same++;
		for (const difference of new Set(found)) {
			if (difference.startsWith(UNKNOWN)) unknown.push(difference.slice(UNKNOWN.length));
			else known.set(difference, (known.get(difference) ?? 0) + 1);
		}
	}
	return { samples: ours.samples.length, same, known, unknown, perf, ours };
}

const UNKNOWN = "!";

/** @returns the names of known differences, others marked */
function differencesOf(perf: Sample | undefined, ours: Sample | undefined, maps: ProgramMaps): string[] {
	if (perf === undefined || ours === undefined) return [`${UNKNOWN}one of the two has a sample more`];
	for (const field of ["time", "pid", "tid", "period"] as const) {
		if (perf[field] !== ours[field]) return [`${UNKNOWN}${field}: ${perf[field]} | ${ours[field]}`];
	}
	const rooted = withoutImpossibleRoot(perf.frames, ours.frames.length);
	if (rooted.length !== perf.frames.length) {
		return [IMPOSSIBLE_ADDRESS, ...differencesOf({ ...perf, frames: rooted }, ours, maps)];
	}
	if (perf.frames.length !== ours.frames.length) {
		const isGarbage = perf.frames.length === 1 && ours.frames[0].name === perf.frames[0].name;
		return [isGarbage ? GARBAGE_CHAIN.name : `${UNKNOWN}${text(perf.frames)} | ${text(ours.frames)}`];
	}
	return perf.frames.flatMap((frame, index) => {
		const own = ours.frames[index];
		if (frame.name === own.name && frame.module === own.module) return [];
		const known = KNOWN_DIFFERENCES.find(({ explains }) => explains(frame, own, ours, maps));
		if (known !== undefined) return [known.name];
		return [`${UNKNOWN}${perf.frames[0].name}: ${shortened(text([frame]))} | ${shortened(text([own]))}`];
	});
}

/** Where frame pointers stop perf may go on with what is no address; ours end there. The first frame is the command. */
function withoutImpossibleRoot(frames: readonly SampleFrame[], length: number): readonly SampleFrame[] {
	let impossible = 0;
	while (frames.length - impossible > length && isImpossible(frames[1 + impossible])) impossible++;
	return impossible === 0 ? frames : [frames[0], ...frames.slice(1 + impossible)];
}

function text(frames: readonly SampleFrame[]): string {
	return frames.map(({ module, name }) => `${name} (${module})`).join(";");
}

/** The middle of a long name tells little. */
function shortened(name: string): string {
	return name.length < 300 ? name : `${name.slice(0, 150)} ... ${name.slice(-150)}`;
}
