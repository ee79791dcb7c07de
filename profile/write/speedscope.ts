import type { CallTree } from "../call-tree.ts";
import type { Frame } from "../model.ts";
import { weightText } from "../weight-text.ts";
import { jsonArrayChunks, jsonObjectChunks } from "./json-chunks.ts";

const SCHEMA = "https://www.speedscope.app/file-format-schema.json";
/** Units that speedscope knows; all else is a bare number to it. */
const UNITS = ["nanoseconds", "microseconds", "milliseconds", "seconds", "bytes"];

/** A file for speedscope: one profile of type `sampled`, one sample for each stack with self weight. */
export function* speedscopeChunks(tree: CallTree, title: string): Generator<string> {
	const nodes = Array.from(tree.self.keys()).filter((node) => tree.self[node] !== 0);
	const profile = jsonObjectChunks([
		["type", '"sampled"'],
		["name", JSON.stringify(title)],
		["unit", JSON.stringify(UNITS.includes(tree.unit) ? tree.unit : "none")],
		["startValue", "0"],
		["endValue", weightText(tree.total[0])],
		["samples", jsonArrayChunks(nodes.length, (index) => JSON.stringify(pathOf(tree, nodes[index])))],
		["weights", jsonArrayChunks(nodes.length, (index) => weightText(tree.self[nodes[index]]))],
	]);
	const frames = jsonArrayChunks(tree.frames.length, (index) => JSON.stringify(frameOf(tree.frames[index])));
	yield* jsonObjectChunks([
		["$schema", JSON.stringify(SCHEMA)],
		["exporter", '"furnace"'],
		["name", JSON.stringify(title)],
		["activeProfileIndex", "0"],
		["shared", jsonObjectChunks([["frames", frames]])],
		["profiles", wrap("[", profile, "]")],
	]);
}

function* wrap(before: string, chunks: Iterable<string>, after: string): Generator<string> {
	yield before;
	yield* chunks;
	yield after;
}

/** Frames of a node, root first. */
function pathOf(tree: CallTree, node: number): number[] {
	const path: number[] = [];
	for (let at = node; at > 0; at = tree.parent[at]) path.push(tree.frame[at]);
	return path.reverse();
}

/** speedscope has no modules: the module stands where the source file is not known. */
function frameOf({ name, module, file, line }: Frame): { name: string; file?: string; line?: number } {
	const place = file || module;
	return { name, ...(place === "" ? {} : { file: place }), ...(line === 0 ? {} : { line }) };
}
