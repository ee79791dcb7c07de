import type { Sample } from "./samples.ts";

/** Weights by stack: what two foldings of one recording have in common, whatever the order of their lines. */
export type FoldedCounts = ReadonlyMap<string, number>;

/** @param text folded stacks; lines that differ in nothing that is printed count together */
export function parseFolded(text: string): FoldedCounts {
	const counts = new Map<string, number>();
	for (const line of text.split("\n")) {
		const end = line.lastIndexOf(" ");
		if (end > 0) add(counts, line.slice(0, end), Number(line.slice(end + 1)));
	}
	return counts;
}

/** Samples by stack, folded without any code of the profile's. */
export function foldSamples(samples: readonly Sample[]): FoldedCounts {
	const counts = new Map<string, number>();
	for (const { frames } of samples) {
		add(counts, frames.map(({ name }) => name.replaceAll(";", ":")).join(";"), 1);
	}
	return counts;
}

export function add(counts: Map<string, number>, stack: string, weight: number): void {
	counts.set(stack, (counts.get(stack) ?? 0) + weight);
}

/** @returns stacks that the two count differently, with both weights */
export function differentCounts(first: FoldedCounts, second: FoldedCounts): string[] {
	const stacks = new Set([...first.keys(), ...second.keys()]);
	const differing = [...stacks].filter((stack) => first.get(stack) !== second.get(stack));
	return differing.map((stack) => `${stack} ${first.get(stack) ?? 0} | ${second.get(stack) ?? 0}`);
}
