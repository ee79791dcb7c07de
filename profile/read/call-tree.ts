import { NO_THREAD, ProfileBuilder } from "../builder.ts";
import { fromDocument } from "../call-tree.ts";
import type { Profile, ValueType } from "../model.ts";
import type { JsonValue } from "./json-value.ts";

/** Units that are one; whatever else a tree's weights are called is what they count. */
const UNITS: Readonly<Record<string, string>> = { nanoseconds: "time", bytes: "space" };

/**
 * Reads our own call tree (contract's CallTreeDocument), which has weights but no threads and no times.
 * @throws ProfileFormatError; where a column's number makes no sense, with its index for the offset
 */
export function readCallTree(json: JsonValue): Profile {
	const { unit, modules, frames, nodes } = json.fields("unit", "modules", "frames", "nodes");
	const columns = (frames ?? json.fail("no frames")).fields("name", "module", "kind", "file", "line");
	const { parent, frame, self } = (nodes ?? json.fail("no nodes")).fields("parent", "frame", "self");
	const numbers = (column: JsonValue | undefined): number[] =>
		Array.from((column ?? json.fail("a column is missing")).numbers());
	const tree = fromDocument({
		unit: unit?.text() ?? "samples",
		modules: modules?.texts() ?? [],
		frames: {
			name: (columns.name ?? json.fail("no names")).texts(),
			module: numbers(columns.module),
			kind: numbers(columns.kind),
			...(columns.file === undefined ? {} : { file: columns.file.texts() }),
			...(columns.line === undefined ? {} : { line: numbers(columns.line) }),
		},
		nodes: { parent: numbers(parent), frame: numbers(frame), self: numbers(self) },
	});
	const builder = new ProfileBuilder({ valueTypes: [valueTypeOf(tree.unit)] });
	const frameOf = tree.frames.map((entry) => builder.frame(entry));
	const stacks = new Int32Array(tree.length);
	for (let node = 0; node < tree.length; node++) {
		if (node > 0) stacks[node] = builder.child(stacks[tree.parent[node]], frameOf[tree.frame[node]]);
		const weight = tree.self[node];
		if (!Number.isInteger(weight)) json.fail(`node ${node} has no whole number for a weight`);
		if (weight !== 0) builder.add(stacks[node], NO_THREAD, [weight]);
	}
	return builder.snapshot();
}

function valueTypeOf(unit: string): ValueType {
	return Object.hasOwn(UNITS, unit) ? { type: UNITS[unit], unit } : { type: unit, unit: "count" };
}
