import { filterProfile, type ProfileFilter } from "../profile/filter.ts";
import type { Frame, Profile } from "../profile/model.ts";
import type { InputOptions } from "./input.ts";
import { CommandError, EXIT } from "./terminal.ts";
import { chooseValue } from "./value-choice.ts";

const NANOSECONDS = 1e9;
/** Threads that a message names. */
const MOST_NAMES = 20;

export interface SelectionOptions extends InputOptions {
	/** type of the value to weigh by */
	readonly value?: string;
	/** keep threads of this name (regular expression) or with this number */
	readonly thread?: string;
	/** keep samples from this second on */
	readonly from?: number;
	/** keep samples before this second */
	readonly to?: number;
	/** keep stacks that have a function or module like this (regular expression) */
	readonly focus?: string;
	/** leave out stacks that have one */
	readonly ignore?: string;
}

/** Does the selection look at when samples were taken? */
export function needsTimes({ from, to }: SelectionOptions): boolean {
	return from !== undefined || to !== undefined;
}

/**
 * The part of a profile that is wanted, and the index of the value to weigh it by.
 * @throws CommandError for a value or times that the profile does not have, no regular expression, or no sample left
 */
export function select(profile: Profile, options: SelectionOptions): { profile: Profile; value: number } {
	const value = chooseValue(profile, options.value);
	const filter = filterOf(options);
	if (Object.keys(filter).length === 0) return { profile, value };
	if (filter.time !== undefined && profile.times === undefined) {
		throw new CommandError(
			"This profile does not say when its samples were taken: leave out --from and --to.",
			EXIT.usage,
		);
	}
	const part = filterProfile(profile, filter);
	if (part.samples.length === 0 && profile.samples.length > 0) throw nothingLeft(profile, options);
	return { profile: part, value };
}

/** A mistyped name is no empty profile; which threads there are is seen nowhere else. */
function nothingLeft(
	{ threads }: Profile,
	{ thread, from, to, focus, ignore }: SelectionOptions,
): CommandError {
	const given = Object.entries({ thread, from, to, focus, ignore }).flatMap(([name, text]) =>
		text === undefined ? [] : [`--${name} ${text}`],
	);
	const names = [...new Set(threads.map(({ name }) => name))];
	const more = names.length > MOST_NAMES ? ` and ${names.length - MOST_NAMES} more` : "";
	const known = thread === undefined ? "" : ` Its threads: ${names.slice(0, MOST_NAMES).join(", ")}${more}.`;
	return new CommandError(`No sample is left by ${given.join(" ")}.${known}`);
}

function filterOf(options: SelectionOptions): ProfileFilter {
	const { thread, focus, ignore, from = 0, to = Number.POSITIVE_INFINITY } = options;
	const time = { from: from * NANOSECONDS, to: to * NANOSECONDS };
	const name = expression("--thread", thread);
	return {
		...(name && {
			keepThread: (one) => one !== undefined && (name.test(one.name) || String(one.tid) === thread),
		}),
		...(needsTimes(options) && { time }),
		...(focus !== undefined && { keepFrame: frameTest("--focus", focus) }),
		...(ignore !== undefined && { dropFrame: frameTest("--ignore", ignore) }),
	};
}

function frameTest(option: string, text: string): (frame: Frame) => boolean {
	const wanted = expression(option, text);
	return ({ name, module }) => wanted.test(name) || wanted.test(module);
}

function expression(option: string, text: string): RegExp;
function expression(option: string, text: string | undefined): RegExp | undefined;
function expression(option: string, text: string | undefined): RegExp | undefined {
	try {
		return text === undefined ? undefined : new RegExp(text);
	} catch (cause) {
		throw new CommandError(`${option} is no regular expression: ${(cause as Error).message}.`, EXIT.usage, {
			cause,
		});
	}
}
