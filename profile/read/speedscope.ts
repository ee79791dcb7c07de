import { isIndex } from "../array-index.ts";
import { EMPTY_STACK, NO_THREAD, ProfileBuilder } from "../builder.ts";
import { isNameless } from "../frame-name.ts";
import type { Frame, Profile, ValueType } from "../model.ts";
import { kindOfModule } from "./frame-kind.ts";
import type { JsonValue } from "./json-value.ts";
import { WholeWeights } from "./whole-weights.ts";

/** A unit of speedscope's, what it counts here, and how many of ours it is. */
const UNITS: Readonly<Record<string, { readonly valueType: ValueType; readonly scale: number }>> = {
	none: { valueType: { type: "samples", unit: "count" }, scale: 1 },
	bytes: { valueType: { type: "space", unit: "bytes" }, scale: 1 },
	nanoseconds: { valueType: { type: "time", unit: "nanoseconds" }, scale: 1 },
	microseconds: { valueType: { type: "time", unit: "nanoseconds" }, scale: 1e3 },
	milliseconds: { valueType: { type: "time", unit: "nanoseconds" }, scale: 1e6 },
	seconds: { valueType: { type: "time", unit: "nanoseconds" }, scale: 1e9 },
};

const LATEST = 2 ** 62;
/** Its stacks have one sample each, in no order of time. */
const OURSELVES = "furnace";

/**
 * Reads a file of speedscope: each of its profiles, sampled or evented, is a thread. Weights are whole numbers here:
 * times in nanoseconds, others rounded so that none of their sum gets lost.
 * @param json `{shared: {frames}, profiles, exporter?}`
 * @throws ProfileFormatError
 */
export function readSpeedscope(json: JsonValue, keepTimes: boolean): Profile {
	const { shared, profiles, exporter } = json.fields("shared", "profiles", "exporter");
	const isOurs = exporter?.isText === true && exporter.text() === OURSELVES;
	const all = Array.from((profiles ?? json.fail("no profiles")).items(), headerOf);
	const valueTypes = [...new Map(all.map(({ unit }) => [unit.valueType.type, unit.valueType])).values()];
	if (valueTypes.length === 0) valueTypes.push(UNITS.none.valueType);
	const hasTimes = keepTimes && !isOurs && all.every(({ unit }) => unit.valueType.unit === "nanoseconds");
	const builder = new ProfileBuilder({ valueTypes, keepTimes: hasTimes });
	const frameList = shared?.fields("frames").frames ?? json.fail("no frames");
	const frames = Array.from(frameList.items(), (frame) => builder.frame(frameOf(frame, isOurs)));
	for (const [index, header] of all.entries()) {
		const { unit, name, json: profile } = header;
		const target: Target = {
			builder,
			frames,
			thread: isOurs ? NO_THREAD : builder.thread({ pid: 0, tid: index, name }),
			scale: unit.scale,
			weights: new WholeWeights(unit.scale),
			column: valueTypes.findIndex(({ type }) => type === unit.valueType.type),
		};
		if (header.type === "sampled") addSampled(profile, target);
		else if (header.type === "evented") addEvented(profile, target);
		else profile.fail(`a profile of type ${header.type}`);
	}
	return builder.snapshot();
}

interface Header {
	readonly json: JsonValue;
	readonly type: string;
	readonly name: string;
	readonly unit: (typeof UNITS)[string];
}

function headerOf(json: JsonValue): Header {
	const { type, name, unit } = json.fields("type", "name", "unit");
	const unitName = unit?.text() ?? "none";
	return {
		json,
		type: type?.text() ?? json.fail("a profile without a type"),
		name: name?.isText ? name.text() : "",
		unit: Object.hasOwn(UNITS, unitName) ? UNITS[unitName] : json.fail(`no known unit: ${unitName}`),
	};
}

/** Where a profile's samples go. */
interface Target {
	readonly builder: ProfileBuilder;
	/** the builder's index of each of the file's frames */
	readonly frames: readonly number[];
	readonly thread: number;
	readonly weights: WholeWeights;
	/** how many of ours a weight of 1 is */
	readonly scale: number;
	/** which value the weights are */
	readonly column: number;
}

function addSampled(json: JsonValue, target: Target): void {
	const { samples, weights } = json.fields("samples", "weights");
	const stacks = (samples ?? json.fail("no samples")).items();
	let time = 0;
	for (const weight of (weights ?? json.fail("no weights")).items()) {
		const next = stacks.next();
		if (next.done) weight.fail("more weights than samples");
		let stack = EMPTY_STACK;
		for (const frame of next.value.items()) stack = target.builder.child(stack, frameAt(frame, target));
		const whole = target.weights.of(weight);
		add(target, stack, whole, time);
		time += whole;
	}
	const more = stacks.next();
	if (!more.done) more.value.fail("more samples than weights");
}

/** Opening and closing a frame ends what was counted for the stack before. */
function addEvented(json: JsonValue, target: Target): void {
	const { events, startValue, endValue } = json.fields("events", "startValue", "endValue");
	const stacks = [EMPTY_STACK];
	const open: number[] = [];
	const start = startValue?.number() ?? 0;
	let at = start;
	const moveTo = (json: JsonValue): void => {
		const next = json.number();
		if (next < at) json.fail("a time before that of the event before");
		if ((next - start) * target.scale > LATEST) json.fail("a time beyond 2^62");
		const stack = stacks[stacks.length - 1];
		if (open.length > 0 && next > at) {
			add(target, stack, target.weights.ofNumber(next - at, json), (at - start) * target.scale);
		}
		at = next;
	};
	for (const event of (events ?? json.fail("no events")).items()) {
		const { type, frame, at: when } = event.fields("type", "frame", "at");
		moveTo(when ?? event.fail("an event without a time"));
		const index = frameAt(frame ?? event.fail("an event without a frame"), target);
		if (type?.isText && type.text() === "O") {
			open.push(index);
			stacks.push(target.builder.child(stacks[stacks.length - 1], index));
		} else {
			if (open.pop() !== index) event.fail("it closes a frame that is not the innermost");
			stacks.pop();
		}
	}
	if (open.length > 0 && endValue !== undefined) moveTo(endValue);
}

function add({ builder, thread, column }: Target, stack: number, weight: number, time: number): void {
	const values = builder.valueTypes.map((_, index) => (index === column ? weight : 0));
	builder.add(stack, thread, values, time);
}

function frameAt(json: JsonValue, { frames }: Target): number {
	const index = json.number();
	return isIndex(index, frames.length) ? frames[index] : json.fail(`frame ${index} of ${frames.length}`);
}

/** The format has no modules. Where our writer had no source file, it put the module in its place. */
function frameOf(json: JsonValue, isOurs: boolean): Frame {
	const { name, file, line } = json.fields("name", "file", "line");
	const text = name?.text() ?? json.fail("a frame without a name");
	const place = file?.isText ? file.text() : "";
	const lineNumber = line === undefined || line.isNull ? 0 : line.number();
	const isModule = isOurs && lineNumber === 0;
	return {
		name: text,
		module: isModule ? place : "",
		kind: isNameless(text) ? "unknown" : kindOfModule(place),
		file: isModule ? "" : place,
		line: isIndex(lineNumber, 2 ** 31) ? lineNumber : 0,
	};
}
