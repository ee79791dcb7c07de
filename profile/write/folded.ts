import type { CallTree } from "../call-tree.ts";
import { childrenOf } from "../children.ts";
import { UNKNOWN_NAME } from "../frame-name.ts";
import { grow } from "../growing.ts";
import type { Frame } from "../model.ts";
import { weightText } from "../weight-text.ts";

const CHUNK_SIZE = 256 * 1024;
const SEPARATOR = 0x3b;
const FIRST_LINE = 4096;

/**
 * Folded stacks, one line for each node with self weight. The separator in a name becomes `:`, since the format has no
 * way to quote it; a stack without frames becomes `[unknown]`.
 */
export function* foldedChunks(tree: CallTree): Generator<string> {
	const decoder = new TextDecoder();
	for (const chunk of foldedBytes(tree)) yield decoder.decode(chunk);
}

/** What has stacks to be folded. */
export type FoldedTree = Pick<CallTree, "frames" | "length" | "parent" | "frame">;

/**
 * The same in UTF-8. Bytes are copied natively: a path of fifty names costs one copy of its parent's and one name more.
 */
export function foldedBytes(tree: CallTree): Generator<Uint8Array> {
	return foldedLines(tree, (node) => (tree.self[node] === 0 ? "" : weightText(tree.self[node])));
}

/** The same with anything behind a stack. @param weightOf ASCII; empty: the node has no line */
export function* foldedLines(tree: FoldedTree, weightOf: (node: number) => string): Generator<Uint8Array> {
	const encoder = new TextEncoder();
	const names = new NamePool(tree.frames, encoder);
	const { start, node } = childrenOf(tree.parent.subarray(0, tree.length));
	/** where the path to a node ends in `line`, which holds the path to the node that is looked at */
	const ends = new Int32Array(tree.length);
	let line = new Uint8Array(FIRST_LINE);
	const chunk = new ByteChunk();
	const pending: number[] = tree.length === 0 ? [] : [0];
	for (let at = pending.pop(); at !== undefined; at = pending.pop()) {
		let end = at === 0 ? 0 : ends[tree.parent[at]];
		if (at !== 0) {
			const frame = tree.frame[at];
			const most = end + names.lengthOf(frame) + 1;
			line = grow(line, most);
			if (end > 0) line[end++] = SEPARATOR;
			end = names.copy(frame, line, end);
		}
		ends[at] = end;
		const weight = weightOf(at);
		if (weight !== "") {
			if (end === 0) chunk.add(encoder.encode(UNKNOWN_NAME), UNKNOWN_NAME.length);
			else chunk.add(line, end);
			chunk.addText(` ${weight}\n`);
			if (chunk.length >= CHUNK_SIZE) yield chunk.take();
		}
		for (let child = start[at + 1] - 1; child >= start[at]; child--) pending.push(node[child]);
	}
	yield chunk.take();
}

/** All names in one piece: most are so short that a loop copies them more quickly than a call. */
class NamePool {
	readonly #bytes: Uint8Array;
	readonly #start: Int32Array;

	constructor(frames: readonly Frame[], encoder: { encode(text: string): Uint8Array }) {
		this.#start = new Int32Array(frames.length + 1);
		const parts = frames.map(({ name }) => encoder.encode(name.replaceAll(";", ":")));
		for (let frame = 0; frame < parts.length; frame++) {
			this.#start[frame + 1] = this.#start[frame] + parts[frame].length;
		}
		this.#bytes = new Uint8Array(this.#start[parts.length]);
		for (let frame = 0; frame < parts.length; frame++) this.#bytes.set(parts[frame], this.#start[frame]);
	}

	lengthOf(frame: number): number {
		return this.#start[frame + 1] - this.#start[frame];
	}

	/** @returns where the name ends in `target` */
	copy(frame: number, target: Uint8Array, offset: number): number {
		const bytes = this.#bytes;
		const end = this.#start[frame + 1];
		let at = offset;
		for (let from = this.#start[frame]; from < end; from++) target[at++] = bytes[from];
		return at;
	}
}

/** Bytes that are gathered until they are worth a write. */
class ByteChunk {
	length = 0;
	#bytes = new Uint8Array(CHUNK_SIZE + FIRST_LINE);

	add(source: Uint8Array, length: number): void {
		this.#bytes = grow(this.#bytes, this.length + length);
		this.#bytes.set(source.subarray(0, length), this.length);
		this.length += length;
	}

	/** @param text of ASCII alone */
	addText(text: string): void {
		this.#bytes = grow(this.#bytes, this.length + text.length);
		for (let index = 0; index < text.length; index++) this.#bytes[this.length++] = text.charCodeAt(index);
	}

	take(): Uint8Array {
		const taken = this.#bytes.subarray(0, this.length);
		this.#bytes = new Uint8Array(CHUNK_SIZE + FIRST_LINE);
		this.length = 0;
		return taken;
	}
}
