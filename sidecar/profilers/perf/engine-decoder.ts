import { cleanText } from "../../../profile/frame-name.ts";
import { PerfDataReader } from "../../../profile/read/perf-data/reader.ts";
import { moduleOf } from "../../../profile/read/perf-frame.ts";
import { createTargetSymbols, type TargetSymbols } from "../../../symbol-files/target-symbols.ts";
import { createInlineLookup } from "./inline-lookup.ts";
import type { DecoderEnd, DecoderOptions, SampleDecoder } from "./sample-decoder.ts";

/** Lines about files that cannot be read: a target may have any number of them. */
const MOST_COMPLAINTS = 20;
/** A piece that is decoded before others get a turn: some milliseconds. */
const PIECE = 256 * 1024;

/** Decodes by ourselves: no tool that enters the target, and names from its own files alone. */
export function createEngineDecoder(options: DecoderOptions): SampleDecoder {
	const { sink, jit } = options;
	const symbols = symbolsFor(options);
	const reader = new PerfDataReader({ builder: sink.builder, symbols, inlines: true });
	const inlines = createInlineLookup(reader);
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
		inlines.stop();
		symbols.close();
		resolve({
			exit: { code: 0, signal: null },
			killed: false,
			...(failure === undefined ? {} : { failure }),
		});
	};
	/** Waits for names and inlined functions that are under way. */
	const conclude = async (): Promise<void> => {
		const [isAll] = await Promise.all([inlines.end(), symbols.settled()]);
		if (!isAll && !hasEnded)
			sink.onLog("Debug information takes long to read: some inlined functions are missing.");
		if (!hasEnded) decode(() => reader.refresh());
		if (!hasEnded) decode(() => reader.refine());
		finish();
	};
	return {
		async push(records) {
			isEmpty &&= records.length === 0;
			for (let at = 0; at < records.length && !hasEnded; at += PIECE) {
				await jit.refresh();
				if (!hasEnded) decode(() => reader.push(records.subarray(at, at + PIECE)));
			}
			inlines.begin();
		},
		end() {
			// a recorder that ended before it began says itself why
			if (!isEmpty && !hasEnded) decode(() => reader.end());
			void conclude();
		},
		hurry: () => undefined,
		done,
		lost: () => reader.lost,
		cpuSeconds: async () => (microseconds + inlines.microseconds) / 1e6,
		pids: () => [],
		kill: () => finish(),
	};
}

function symbolsFor({ sink, jit, pids, debuginfod }: DecoderOptions): TargetSymbols {
	let complaints = 0;
	return createTargetSymbols({
		jitName: jit.nameOf,
		debuginfod,
		inlines: true,
		otherRoots: pids.map((pid) => `/proc/${pid}/root`),
		onUnreadable(path, reason) {
			const { module } = moduleOf(path, "");
			if (++complaints > MOST_COMPLAINTS) return;
			sink.onUnreadable?.(cleanText(module), cleanText(reason));
			sink.onLog(`No names from ${cleanText(path)}: ${reason}.`);
		},
		onUnreadableInlines(path, reason) {
			if (++complaints > MOST_COMPLAINTS) return;
			sink.onLog(`No inlined functions from ${cleanText(path)}: ${reason}.`);
		},
	});
}
