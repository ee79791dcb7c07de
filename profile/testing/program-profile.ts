import { NO_THREAD, ProfileBuilder } from "../builder.ts";
import type { Profile } from "../model.ts";

export interface ProgramShape {
	readonly samples: number;
	readonly functions: number;
	/** of the call tree */
	readonly nodes: number;
}

/**
 * A profile of the shape that a large program's has (a compiler's was looked at): each function calls few others, some far
 * more often than the rest, stacks are some thirty frames deep, and most stacks are seen once or twice. Always the same.
 */
export function programProfile({ samples, functions, nodes }: ProgramShape): Profile {
	const builder = new ProfileBuilder({ valueTypes: [{ type: "samples", unit: "count" }] });
	const random = randomNumbers();
	const pick = (most: number): number => Math.floor(most * random() ** 3);
	const frames = Array.from({ length: functions }, (_, index) =>
		builder.frame({
			name: functionName(index, random),
			module: "/usr/bin/compile",
			kind: "user",
			file: "",
			line: 0,
		}),
	);
	const callees = frames.map(() =>
		Array.from({ length: 1 + pick(12) }, () => frames[Math.floor(random() * functions)]),
	);
	const ends: { stack: number; at: number }[] = [{ stack: builder.stack([frames[0]]), at: 0 }];
	while (builder.stackCount < nodes) {
		// a stack goes on where one before it was
		let { stack, at } = ends[pick(ends.length)];
		for (let depth = 1 + pick(25); depth > 0; depth--) {
			at = callees[at][Math.floor(callees[at].length * random() ** 6)];
			stack = builder.child(stack, at);
		}
		ends.push({ stack, at });
	}
	for (let count = 0; count < samples; count++) {
		const { stack } = ends[count < ends.length ? count : pick(ends.length)];
		builder.add(stack, NO_THREAD, [1]);
	}
	return builder.snapshot();
}

const SYLLABLES = [
	"read",
	"Value",
	"parse",
	"node",
	"Type",
	"map",
	"gc",
	"walk",
	"emit",
	"Block",
	"ssa",
	"scan",
	"list",
];

function functionName(index: number, random: () => number): string {
	const word = (): string => SYLLABLES[Math.floor(random() * SYLLABLES.length)];
	return `cmd/compile/internal/${word()}${word()}.(*${word()}${index % 97}).${word()}${word()}${word()}`;
}

/** Numbers from 0 to 1, always the same ones. */
function randomNumbers(): () => number {
	let state = 1;
	return () => {
		state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
		return state / 2 ** 32;
	};
}
