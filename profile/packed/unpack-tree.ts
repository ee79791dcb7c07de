import { type CallTree, treeOfColumns } from "../call-tree.ts";
import { readFrameColumns } from "../frame-columns.ts";
import { cleanText } from "../frame-name.ts";
import { ProfileFormatError } from "../model.ts";
import { startsOf } from "./group-starts.ts";
import type { PackedTree } from "./pack-tree.ts";
import { VarintReader } from "./varint.ts";

/**
 * Reads what `packTree` wrote; nothing of it is believed.
 * @throws ProfileFormatError
 */
export function unpackTree(packed: PackedTree): CallTree {
	const frames = readFrameColumns(packed.frames, packed.modules);
	const input = new VarintReader(packed.columns);
	const counts = input.column(frames.length + 1);
	const starts = startsOf(counts);
	const length = starts[starts.length - 1];
	if (length !== packed.nodes || counts[0] !== 1) throw invalid("it has another number of nodes");
	const lists = readLists(input, frames.length);
	const shapes = input.column(length);
	const children = startsOf(shapes.map((shape) => Math.floor(shape / 2)));
	const steps = input.column(children[length]);
	const walk = new Walk({ starts, lists, children, steps });
	walk.run(length);
	const weighed = startsOf(shapes.map((shape) => shape % 2));
	const weights = packed.weights ?? input.column(weighed[length]);
	const self = Float64Array.from(walk.entry, (at) =>
		shapes[at] % 2 === 1 ? weightAt(weights, weighed[at]) : 0,
	);
	const { parent, frame } = walk;
	return treeOfColumns({ unit: cleanText(packed.unit), frames, parent, frame, self });
}

interface WalkedColumns {
	/** where the nodes of each frame begin */
	readonly starts: Float64Array;
	/** what each frame calls */
	readonly lists: readonly Float64Array[];
	/** where the children of each node begin in `steps` */
	readonly children: Float64Array;
	readonly steps: Float64Array;
}

/** Visits the nodes in the order in which they were packed, and numbers them by it. */
class Walk {
	readonly parent: Int32Array;
	/** the root's is -1 */
	readonly frame: Int32Array;
	/** where each node stands in the columns */
	readonly entry: Int32Array;
	readonly #columns: WalkedColumns;
	readonly #next: Float64Array;
	/** parent and frame's number of what is still to be visited */
	readonly #pending: number[] = [-1, 0];

	constructor(columns: WalkedColumns) {
		const { length } = columns.children;
		this.parent = new Int32Array(length - 1);
		this.frame = new Int32Array(length - 1);
		this.entry = new Int32Array(length - 1);
		this.#columns = columns;
		this.#next = columns.starts.slice();
	}

	run(length: number): void {
		for (let node = 0; node < length; node++) {
			const number = this.#pending.pop();
			const parent = this.#pending.pop();
			if (number === undefined || parent === undefined) throw invalid("it has fewer nodes");
			const at = this.#next[number]++;
			if (at >= this.#columns.starts[number + 1]) throw invalid("a function has fewer nodes");
			this.parent[node] = parent;
			this.frame[node] = number - 1;
			this.entry[node] = at;
			this.#meetChildren(node, this.#columns.lists[number]);
		}
	}

	#meetChildren(node: number, list: Float64Array): void {
		const { children, steps } = this.#columns;
		const first = children[this.entry[node]];
		const end = children[this.entry[node] + 1];
		let place = 0;
		for (let child = first; child < end; child++) place += steps[child];
		for (let child = end - 1; child >= first; child--) {
			if (!(place < list.length)) throw invalid("a function calls one that is not in its list");
			this.#pending.push(node, list[place]);
			place -= steps[child];
		}
	}
}

function readLists(input: VarintReader, frameCount: number): Float64Array[] {
	let met = 0;
	return Array.from({ length: frameCount + 1 }, () => {
		const list = input.column(input.next());
		for (const [place, number] of list.entries()) {
			if (number === 0) list[place] = ++met;
			if (list[place] > met || met > frameCount) throw invalid("a frame that does not exist");
		}
		return list;
	});
}

function weightAt(weights: ArrayLike<number>, index: number): number {
	const weight = weights[index];
	if (!Number.isFinite(weight)) throw invalid("a weight is not a number");
	return weight;
}

function invalid(reason: string): ProfileFormatError {
	return new ProfileFormatError("call tree", 0, reason);
}
