import type { FrameColumns } from "../contract/call-tree.ts";
import { FRAME_KINDS } from "../contract/frame-kind.ts";
import { isIndex } from "./array-index.ts";
import { cleanName, cleanText } from "./frame-name.ts";
import { type Frame, ProfileFormatError } from "./model.ts";

/** Frames in the columns they have on the wire; remembers the modules that were sent. */
export class FrameColumnsWriter {
	readonly #modules = new Map<string, number>();

	/** @returns columns of these frames, and the modules that no earlier call named */
	append(frames: readonly Frame[]): { modules: string[]; frames: FrameColumns } {
		const known = this.#modules.size;
		const columns: FrameColumns = {
			name: frames.map((frame) => frame.name),
			module: frames.map((frame) => this.#moduleIndex(frame.module)),
			kind: frames.map((frame) => FRAME_KINDS.indexOf(frame.kind)),
		};
		if (frames.some((frame) => frame.file !== "")) columns.file = frames.map((frame) => frame.file);
		if (frames.some((frame) => frame.line !== 0)) columns.line = frames.map((frame) => frame.line);
		return { modules: [...this.#modules.keys()].slice(known), frames: columns };
	}

	#moduleIndex(module: string): number {
		if (module === "") return -1;
		const known = this.#modules.get(module);
		if (known !== undefined) return known;
		this.#modules.set(module, this.#modules.size);
		return this.#modules.size - 1;
	}
}

/**
 * @param modules all modules sent so far
 * @returns the frames, their texts cleaned
 * @throws ProfileFormatError for columns that do not fit each other or `modules`
 */
export function readFrameColumns(columns: FrameColumns, modules: readonly string[]): Frame[] {
	const { name, module, kind, file, line } = columns;
	for (const column of [module, kind, file, line]) {
		if (column !== undefined && column.length !== name.length)
			throw invalid(0, "frame columns differ in length");
	}
	const clean = modules.map((path, index) => cleanText(text(path, index)));
	return name.map((value, index) => {
		const lineNumber = line?.[index] ?? 0;
		if (!isIndex(kind[index], FRAME_KINDS.length)) throw invalid(index, "a frame's kind does not exist");
		if (module[index] !== -1 && !isIndex(module[index], clean.length)) {
			throw invalid(index, "a frame's module does not exist");
		}
		if (!Number.isSafeInteger(lineNumber)) throw invalid(index, "a frame's line is not a number");
		return {
			name: cleanName(text(value, index)),
			module: module[index] === -1 ? "" : clean[module[index]],
			kind: FRAME_KINDS[kind[index]],
			file: cleanText(text(file?.[index] ?? "", index)),
			line: lineNumber,
		};
	});
}

function text(value: unknown, index: number): string {
	if (typeof value !== "string") throw invalid(index, "a name is not text");
	return value;
}

function invalid(index: number, reason: string): ProfileFormatError {
	return new ProfileFormatError("call tree", index, reason);
}
