import { FRAME_KINDS } from "../../contract/frame-kind.ts";
import { EMPTY_STACK, type ProfileBuilder } from "../builder.ts";
import { cleanText, namelessFrame } from "../frame-name.ts";
import { kindOfModule } from "./frame-kind.ts";
import type { PprofLocation, PprofTables } from "./pprof-tables.ts";
import type { Integer, ProtobufReader } from "./protobuf.ts";

/** Turns a pprof file's locations into a builder's frames, each when it is first needed. */
export class PprofFrames {
	readonly #tables: PprofTables;
	readonly #builder: ProfileBuilder;
	readonly #frames = new Map<Integer, readonly number[]>();

	constructor(tables: PprofTables, builder: ProfileBuilder) {
		this.#tables = tables;
		this.#builder = builder;
	}

	/**
	 * @param locations ids, leaf first
	 * @param reader whose place an error names
	 */
	stackOf(locations: readonly Integer[], reader: ProtobufReader): number {
		let stack = EMPTY_STACK;
		for (let index = locations.length - 1; index >= 0; index--) {
			const id = locations[index];
			let frames = this.#frames.get(id);
			if (frames === undefined) {
				frames = this.#framesOf(id, reader);
				this.#frames.set(id, frames);
			}
			for (const frame of frames) {
				const child = this.#builder.child(stack, frame);
				// So deep that it is cut: what is left could be any number of frames, to no effect.
				if (child === stack) return stack;
				stack = child;
			}
		}
		return stack;
	}

	/** Frames of one location, callers first: more than one where functions were inlined. */
	#framesOf(id: Integer, reader: ProtobufReader): number[] {
		const location = this.#tables.locations.get(id);
		if (location === undefined) return reader.fail(`location ${id} does not exist`);
		const module = this.#moduleOf(location, reader);
		const frames: number[] = [];
		for (let index = location.lines.length - 2; index >= 0; index -= 2) {
			const functionId = location.lines[index];
			if (functionId === 0) continue;
			frames.push(this.#named(functionId, Number(location.lines[index + 1]), module, reader));
		}
		return frames.length > 0 ? frames : [this.#nameless(location, module)];
	}

	#moduleOf({ mappingId }: PprofLocation, reader: ProtobufReader): string {
		if (mappingId === 0) return "";
		const mapping = this.#tables.mappings.get(mappingId);
		if (mapping === undefined) return reader.fail(`mapping ${mappingId} does not exist`);
		return cleanText(this.#tables.strings.text(mapping.file, reader));
	}

	#named(id: Integer, line: number, module: string, reader: ProtobufReader): number {
		const entry = this.#tables.functions.get(id);
		if (entry === undefined) return reader.fail(`function ${id} does not exist`);
		const { strings } = this.#tables;
		return this.#builder.frame({
			name: strings.text(entry.name, reader) || strings.text(entry.systemName, reader),
			module,
			kind: FRAME_KINDS[entry.kind - 1] ?? kindOfModule(module),
			file: strings.text(entry.file, reader),
			line,
		});
	}

	#nameless({ mappingId, address }: PprofLocation, module: string): number {
		const mapping = this.#tables.mappings.get(mappingId);
		const offset = BigInt(address) - BigInt(mapping?.start ?? 0) + BigInt(mapping?.offset ?? 0);
		const name = namelessFrame(module, offset < 0n ? BigInt(address) : offset);
		return this.#builder.frame({ name, module, kind: "unknown", file: "", line: 0 });
	}
}
