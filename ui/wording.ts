import { cleanText } from "../profile/frame-name.ts";

/** Numbers, times and names as people read them. */

const plain = new Intl.NumberFormat("en");
const oneDecimal = new Intl.NumberFormat("en", { maximumFractionDigits: 1 });
const twoDigits = new Intl.NumberFormat("en", { maximumSignificantDigits: 3 });

export function count(value: number): string {
	return plain.format(value);
}

/** @returns "1 sample", "2 samples" */
export function counted(value: number, noun: string): string {
	return `${count(value)} ${value === 1 ? noun : `${noun}s`}`;
}

/** @returns "12.3%", "<0.1%", "0%"; of nothing: "0%" */
export function share(part: number, whole: number): string {
	if (whole <= 0 || part <= 0) return "0%";
	const percent = (part / whole) * 100;
	return percent < 0.1 ? "<0.1%" : `${percent >= 99.95 ? oneDecimal.format(percent) : percent.toFixed(1)}%`;
}

export function percent(value: number): string {
	return value > 0 && value < 0.1 ? "<0.1%" : `${oneDecimal.format(value)}%`;
}

/** @returns "0:07", "12:03", "1:02:03" */
export function clock(seconds: number): string {
	const whole = Math.max(0, Math.floor(seconds));
	const parts = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
	const [hours = 0, minutes = 0, rest = 0] = parts;
	const tail = String(rest).padStart(2, "0");
	return hours > 0 ? `${hours}:${String(minutes).padStart(2, "0")}:${tail}` : `${minutes}:${tail}`;
}

/** @returns "8 s", "2 min 5 s", "1 h 2 min" */
export function duration(seconds: number): string {
	if (seconds < 10) return `${oneDecimal.format(seconds)} s`;
	const whole = Math.round(seconds);
	if (whole < 60) return `${whole} s`;
	if (whole < 3600) return joined([Math.floor(whole / 60), "min"], [whole % 60, "s"]);
	return joined([Math.floor(whole / 3600), "h"], [Math.floor(whole / 60) % 60, "min"]);
}

function joined([first, unit]: [number, string], [second, smallUnit]: [number, string]): string {
	return second === 0 ? `${first} ${unit}` : `${first} ${unit} ${second} ${smallUnit}`;
}

const BYTE_STEPS = [
	{ at: 1e9, unit: "GB" },
	{ at: 1e6, unit: "MB" },
	{ at: 1e3, unit: "kB" },
];
const TIME_STEPS = [
	{ at: 1e9, unit: "s" },
	{ at: 1e6, unit: "ms" },
	{ at: 1e3, unit: "µs" },
];

/** A weight in its profile's unit: "1,234 samples", "2.5 s", "3.1 MB". */
export function weight(value: number, unit: string): string {
	if (unit === "nanoseconds") return scaled(value, TIME_STEPS, "ns");
	if (unit === "bytes") return scaled(value, BYTE_STEPS, "B");
	if (unit === "samples" || unit === "count") return counted(value, "sample");
	return `${count(value)} ${unit}`;
}

function scaled(value: number, steps: { at: number; unit: string }[], smallest: string): string {
	const step = steps.find(({ at }) => Math.abs(value) >= at);
	return step ? `${twoDigits.format(value / step.at)} ${step.unit}` : `${count(value)} ${smallest}`;
}

const dateTime = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "medium" });

/** An ISO time in the reader's own zone and language; text that is no time stays as it is. */
export function moment(iso: string): string {
	const time = new Date(iso);
	return Number.isNaN(time.getTime()) ? iso : dateTime.format(time);
}

/** Text of a foreign program (it chooses its own command line), made harmless and cut to `limit` characters. */
export function printable(text: string, limit = 512): string {
	const clean = cleanText(text);
	return clean.length > limit ? `${clean.slice(0, limit).toWellFormed()}…` : clean;
}
