import { loadavg } from "node:os";

/** @param share 0.5: the median. NaN where there is nothing */
export function quantile(values: readonly number[], share: number): number {
	const sorted = values.toSorted((a, b) => a - b);
	return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

export function median(values: readonly number[]): number {
	return quantile(values, 0.5);
}

export function say(line: string): void {
	process.stdout.write(`${line}\n`);
}

/** Figures of a busy machine say little: how busy it was belongs to them. */
export function sayLoad(): void {
	say(
		`load of the machine    ${loadavg()[0]?.toFixed(1)} (above the number of cores the times below mean little)`,
	);
}

/** @returns whether a goal was met, in words */
export function goal(isMet: boolean, text: string): string {
	return `(goal: ${text}${isMet ? "" : "; MISSED"})`;
}
