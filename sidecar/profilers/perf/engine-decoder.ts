import { cleanText } from "../../../profile/frame-name.ts";
import { PerfDataReader } from "../../../profile/read/perf-data/reader.ts";
import { createTargetSymbols } from "../../symbols/target-symbols.ts";
import type { DecoderEnd, DecoderOptions, SampleDecoder } from "./sample-decoder.ts";

/** Lines about files that cannot be read: a target may have any number of them. */
const MOST_COMPLAINTS = 20;
/** A piece that is decoded before others get a turn: some milliseconds. */
const PIECE = 256 * 1024;

/** Decodes by ourselves: no tool that enters the target, and names from its own files alone. */
export function createEngineDecoder({ sink, jit, pids }: DecoderOptions): SampleDecoder {
	let complaints = 0;
	const symbols = createTargetSymbols({
		jitName: jit.nameOf,
		otherRoots: pids.map((pid) => `/proc/${pid}/root`),
		onUnreadable(path, reason) {
			if (++complaints <= MOST_COMPLAINTS) sink.onLog(`No names from ${cleanText(path)}: ${reason}.`);
		},
	});
	const reader = new PerfDataReader({ builder: sink.builder, symbols });
	const { promise: done, resolve } = Promise.withResolvers<DecoderEnd>();
	let microseconds = 0;
	let hasEnded = false;
	let isEmpty = true;
	const decode = (work: () => void): void => {
		const before = process.cpuUsage();
		try {
			work();
		} catch (error) {
			finish(`The samples cannot be read: ${cleanText((error as Error).message)}.`);
		}
		const { user, system } = process.cpuUsage(before);
		microseconds += user + system;
	};
	const finish = (failure?: string): void => {
		if (hasEnded) return;
		hasEnded = true;
		symbols.close();
		resolve({
			exit: { code: 0, signal: null },
			killed: false,
			...(failure === undefined ? {} : { failure }),
		});
	};
	return {
		async push(records) {
			isEmpty &&= records.length === 0;
			for (let at = 0; at < records.length && !hasEnded; at += PIECE) {
				await jit.refresh();
				if (!hasEnded) decode(() => reader.push(records.subarray(at, at + PIECE)));
			}
		},
		end() {
			// a recorder that ended before it began says itself why
			if (!isEmpty && !hasEnded) decode(() => reader.end());
			finish();
		},
		hurry: () => undefined,
		done,
		lost: () => reader.lost,
		cpuSeconds: async () => microseconds / 1e6,
		pids: () => [],
		kill: () => finish(),
	};
}
