import type { CallTree } from "../call-tree.ts";
import { UNKNOWN_NAME } from "../frame-name.ts";
import { weightText } from "../weight-text.ts";

const CHUNK_SIZE = 256 * 1024;

/**
 * Folded stacks, one line for each node with self weight. The separator in a name becomes `:`, since the format has no
 * way to quote it; a stack without frames becomes `[unknown]`.
 */
export function* foldedChunks(tree: CallTree): Generator<string> {
	const names = tree.frames.map((frame) => frame.name.replaceAll(";", ":"));
	let chunk = "";
	for (let node = 0; node < tree.length; node++) {
		if (tree.self[node] === 0) continue;
		const path: string[] = [];
		for (let at = node; at > 0; at = tree.parent[at]) path.push(names[tree.frame[at]]);
		chunk += `${path.reverse().join(";") || UNKNOWN_NAME} ${weightText(tree.self[node])}\n`;
		if (chunk.length >= CHUNK_SIZE) {
			yield chunk;
			chunk = "";
		}
	}
	yield chunk;
}
