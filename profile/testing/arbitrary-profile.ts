import fc from "fast-check";
import { FRAME_KINDS } from "../../contract/frame-kind.ts";
import { EMPTY_STACK, NO_THREAD, ProfileBuilder } from "../builder.ts";
import type { Frame, Profile, ValueType } from "../model.ts";

/** Names as they come from hostile places, and plain ones, few enough that stacks share them. */
const anyName: fc.Arbitrary<string> = fc.oneof(
	{
		weight: 4,
		arbitrary: fc.constantFrom("main", "parse", "read;all", "a b", "x 12", "std::map<int, T>::at"),
	},
	fc.constantFrom(
		"<script>alert(1)</script>",
		"</title>&amp;\"'",
		"\u001b[31mred",
		"\u202eevil",
		"a\nb",
		"",
		"\ud800",
		"\uffff",
	),
	fc.string({ unit: "binary", maxLength: 12 }),
);

export const anyFrame: fc.Arbitrary<Frame> = fc.record({
	name: anyName,
	module: fc.constantFrom("", "/usr/lib/libc.so.6", "[kernel]", "[jit]", "/opt/<&>\u0007"),
	kind: fc.constantFrom(...FRAME_KINDS),
	file: fc.constantFrom("", "main.c", "src/\u0000.rs"),
	line: fc.constantFrom(0, 1, 12_345),
});

export interface AnySample {
	/** indices into the frames that are at hand, root first */
	readonly path: number[];
	/** -1: not known */
	readonly thread: number;
	readonly values: bigint[];
	readonly time: number;
}

export interface AnyInput {
	readonly frames: Frame[];
	readonly samples: AnySample[];
}

const VALUE_TYPES: readonly ValueType[] = [
	{ type: "samples", unit: "count" },
	{ type: "cpu", unit: "nanoseconds" },
];

/** @param largest of a single value; small ones keep every sum exact as a double */
export function anyInput(largest = 1_000_000n): fc.Arbitrary<AnyInput> {
	const value = fc.bigInt({ min: 1n, max: largest });
	return fc.record({
		frames: fc.array(anyFrame, { minLength: 1, maxLength: 8 }),
		samples: fc.array(
			fc.record({
				path: fc.array(fc.nat(7), { maxLength: 9 }),
				thread: fc.integer({ min: -1, max: 2 }),
				values: fc.tuple(value, value),
				time: fc.nat(1e12),
			}),
			{ maxLength: 40 },
		),
	});
}

/** @returns a builder that has been fed all of the input */
export function buildInput(input: AnyInput, keepTimes = false): ProfileBuilder {
	const builder = new ProfileBuilder({ valueTypes: VALUE_TYPES, keepTimes });
	for (const sample of input.samples) addSample(builder, input, sample);
	return builder;
}

export function addSample(builder: ProfileBuilder, { frames }: AnyInput, sample: AnySample): void {
	let stack = EMPTY_STACK;
	for (const index of sample.path) stack = builder.child(stack, builder.frame(frames[index % frames.length]));
	const { thread: number } = sample;
	const thread =
		number < 0 ? NO_THREAD : builder.thread({ pid: 7, tid: 7 + number, name: `worker ${number}` });
	builder.add(stack, thread, sample.values, sample.time);
}

export function anyProfile(largest?: bigint): fc.Arbitrary<Profile> {
	return anyInput(largest).map((input) => buildInput(input).snapshot());
}

/** Sum of the first value of all samples. */
export function totalOf(profile: Profile): bigint {
	return profile.samples.values[0].reduce((sum, value) => sum + value, 0n);
}

/** A profile of plain folded stacks, for examples: `{"main;read": 3}`. */
export function profileOf(stacks: Record<string, number>): Profile {
	const builder = new ProfileBuilder({ valueTypes: [VALUE_TYPES[0]] });
	for (const [path, weight] of Object.entries(stacks)) {
		const frames = path
			.split(";")
			.map((name) => builder.frame({ name, module: "", kind: "user", file: "", line: 0 }));
		builder.add(builder.stack(frames), NO_THREAD, [weight]);
	}
	return builder.snapshot();
}
