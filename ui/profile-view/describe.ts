import type { FrameKind } from "../../contract/frame-kind.ts";
import type { CallTree } from "../../profile/call-tree.ts";
import { cleanText } from "../../profile/frame-name.ts";
import type { Frame } from "../../profile/model.ts";
import { share, weight } from "../wording.ts";

export const KIND_WORDS: Record<FrameKind, string> = {
	user: "Program and libraries",
	jit: "Compiled while running (JavaScript, Java and the like)",
	kernel: "Linux kernel",
	unknown: "Name not known",
};

/** A node as it is shown beside the graph. */
export interface NodeText {
	name: string;
	/** module, and source line where it is known; empty for the root */
	where: string;
	total: string;
	self: string;
}

export function describeNode(tree: CallTree, node: number): NodeText {
	const all = tree.total[0];
	return {
		...nameNode(tree, node),
		total: `${share(tree.total[node], all)} (${weight(tree.total[node], tree.unit)})`,
		self: `${share(tree.self[node], all)} (${weight(tree.self[node], tree.unit)})`,
	};
}

export function nameNode({ frames, frame }: CallTree, node: number): Pick<NodeText, "name" | "where"> {
	const named = frames[frame[node]];
	if (named === undefined) return { name: "all", where: "" };
	return { name: cleanText(named.name), where: cleanText(placeOf(named)) };
}

/** Module and source line; of a script that is its own module only once. */
function placeOf({ module, file, line }: Frame): string {
	const source = file === "" ? "" : line > 0 ? `${file}:${line}` : file;
	return file === module ? source : `${module} ${source}`.trim();
}

/** Finds the words for a node of a tree. */
export type Describe = (tree: CallTree, node: number) => NodeText;

/** A node in one sentence, for those who listen. */
export function sentenceOf(tree: CallTree, node: number, { name, where, total, self }: NodeText): string {
	const kind = tree.frames[tree.frame[node]]?.kind;
	const place = [where === "" ? "" : `in ${where}`, kind === "kernel" ? "kernel" : ""]
		.filter(Boolean)
		.join(", ");
	return `${name}${place === "" ? "" : ` ${place}`}. Total ${total}, self ${self}. Depth ${depthIn(tree, node)}.`;
}

function depthIn(tree: CallTree, node: number): number {
	let depth = 0;
	for (let at = node; at > 0; at = tree.parent[at]) depth += 1;
	return depth;
}
