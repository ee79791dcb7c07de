import { NO_THREAD, ProfileBuilder } from "../builder.ts";
import { isNameless } from "../frame-name.ts";
import { type Profile, ProfileFormatError, type ValueType } from "../model.ts";
import { LineSplitter } from "./lines.ts";

export interface FoldedOptions {
	/** what the numbers count, which the format does not say; default samples */
	readonly valueType?: ValueType;
}

const LINE = /^(.*)[ \t](\d+)$/;
const INT64_MAX = 2n ** 63n - 1n;

/**
 * Reads folded stacks: on each line frames from the root on, separated by `;`, then a blank and a whole number.
 * Empty lines are skipped; broken UTF-8 becomes U+FFFD.
 * @throws ProfileFormatError with the number of the line
 */
export function readFolded(input: string | Uint8Array, options: FoldedOptions = {}): Profile {
	const valueType = options.valueType ?? { type: "samples", unit: "count" };
	const builder = new ProfileBuilder({ valueTypes: [valueType] });
	const indices = new Map<string, number>();
	const frameOf = (name: string): number => {
		let index = indices.get(name);
		if (index === undefined) {
			const kind = isNameless(name) ? "unknown" : "user";
			index = builder.frame({ name, module: "", kind, file: "", line: 0 });
			indices.set(name, index);
		}
		return index;
	};
	let lineNumber = 0;
	const lines = new LineSplitter((line) => {
		lineNumber++;
		if (line.trim() === "") return;
		const match = LINE.exec(line);
		if (match === null)
			throw new ProfileFormatError("folded", lineNumber, "no number at the end of the line");
		const weight = BigInt(match[2]);
		if (weight > INT64_MAX)
			throw new ProfileFormatError("folded", lineNumber, "a number of more than 64 bits");
		builder.add(builder.stack(match[1].split(";").map(frameOf)), NO_THREAD, [weight]);
	});
	if (typeof input === "string") lines.pushText(input);
	else lines.push(input);
	lines.end();
	return builder.snapshot();
}
