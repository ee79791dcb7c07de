import type { CallTree } from "../call-tree.ts";
import { FrameColumnsWriter } from "../frame-columns.ts";
import { jsonArrayChunks, jsonObjectChunks } from "./json-chunks.ts";

/** The call tree as JSON (contract's CallTreeDocument), in pieces. */
export function* callTreeChunks(tree: CallTree): Generator<string> {
	const { modules, frames } = new FrameColumnsWriter().append(tree.frames);
	const column = (values: ArrayLike<number | string>): Iterable<string> =>
		jsonArrayChunks(values.length, (index) => JSON.stringify(values[index]));
	const { name, module, kind, file, line } = frames;
	const frameEntries: [string, Iterable<string>][] = [
		["name", column(name)],
		["module", column(module)],
		["kind", column(kind)],
	];
	if (file !== undefined) frameEntries.push(["file", column(file)]);
	if (line !== undefined) frameEntries.push(["line", column(line)]);
	const { parent, frame, self } = tree;
	const nodeEntries: [string, Iterable<string>][] = [
		["parent", column(parent)],
		["frame", column(frame)],
		["self", column(self)],
	];
	yield* jsonObjectChunks([
		["unit", JSON.stringify(tree.unit)],
		["modules", column(modules)],
		["frames", jsonObjectChunks(frameEntries)],
		["nodes", jsonObjectChunks(nodeEntries)],
	]);
}
