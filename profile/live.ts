import type { CallTreeDelta, CallTreeDocument } from "../contract/call-tree.ts";
import { isIndex } from "./array-index.ts";
import type { ProfileBuilder } from "./builder.ts";
import { type CallTree, checkNodes, checkWeight, treeOfColumns, unitOf } from "./call-tree.ts";
import { FrameColumnsWriter, readFrameColumns } from "./frame-columns.ts";
import { cleanText } from "./frame-name.ts";
import { grow } from "./growing.ts";
import { type Frame, ProfileFormatError } from "./model.ts";
import type { StackChanges } from "./stack-changes.ts";

/**
 * Tells a viewer how a builder's call tree grows: first the whole of it, then what is new. A delta costs what has
 * changed, not what there is. One writer serves all viewers that have seen the same `tree()`.
 */
export class LiveTreeWriter {
	readonly #builder: ProfileBuilder;
	readonly #changes: StackChanges;
	#columns = new FrameColumnsWriter();
	#frames = 0;
	#nodes = 0;

	constructor(builder: ProfileBuilder) {
		this.#builder = builder;
		this.#changes = builder.changes();
	}

	/** The whole tree; the next `delta()` goes on from it. */
	tree(): CallTreeDocument {
		this.#columns = new FrameColumnsWriter();
		this.#frames = 0;
		this.#nodes = 0;
		const { modules, frames, nodes } = this.delta();
		return { unit: unitOf(this.#builder.valueTypes[0]), modules, frames, nodes };
	}

	/** What was added or changed since the last `tree()` or `delta()` of this writer. */
	delta(): CallTreeDelta {
		const builder = this.#builder;
		const known = this.#nodes;
		const stacks = builder.stacks;
		const frames = this.#columns.append(builder.frames.slice(this.#frames));
		this.#frames = builder.frames.length;
		this.#nodes = stacks.length;
		const changed = this.#changes.take().filter((stack) => stack < known);
		const self = new Array<number>(stacks.length - known);
		for (let index = 0; index < self.length; index++) self[index] = builder.weightOf(known + index);
		return {
			...frames,
			nodes: {
				parent: Array.from(stacks.parent.subarray(known)),
				frame: Array.from(stacks.frame.subarray(known)),
				self,
			},
			changed: { node: changed, self: changed.map((stack) => builder.weightOf(stack)) },
		};
	}

	/** The builder stops collecting changes for this writer. */
	close(): void {
		this.#changes.close();
	}
}

/** The viewer's side: puts together what a LiveTreeWriter sent. */
export class LiveTree {
	#unit = "";
	#modules: string[] = [];
	#frames: Frame[] = [];
	#length = 0;
	#parent = new Int32Array(64);
	#frame = new Int32Array(64);
	#self = new Float64Array(64);

	/**
	 * Starts again with this tree.
	 * @throws ProfileFormatError; what was there before is gone then
	 */
	applyTree(document: CallTreeDocument): void {
		this.#unit = cleanText(document.unit);
		this.#modules = [];
		this.#frames = [];
		this.#length = 0;
		this.#append(document);
	}

	/** @throws ProfileFormatError when it does not go on from what is there; then ask for the whole tree again */
	applyDelta(delta: CallTreeDelta): void {
		const { node, self } = delta.changed;
		if (node.length !== self.length) throw new ProfileFormatError("call tree", 0, "changes differ in length");
		for (let index = 0; index < node.length; index++) {
			if (!isIndex(node[index], this.#length)) {
				throw new ProfileFormatError("call tree", node[index], "a node that does not exist has changed");
			}
			checkWeight(self[index], node[index]);
		}
		this.#append(delta);
		for (let index = 0; index < node.length; index++) this.#self[node[index]] = self[index];
	}

	/** The tree as it is now. Node numbers stay the same for ever; its columns are valid until the next `apply`. */
	tree(): CallTree {
		const length = this.#length;
		return treeOfColumns({
			unit: this.#unit,
			frames: this.#frames,
			parent: this.#parent.subarray(0, length),
			frame: this.#frame.subarray(0, length),
			self: this.#self.subarray(0, length),
		});
	}

	#append(part: Omit<CallTreeDocument, "unit">): void {
		const modules = part.modules.length === 0 ? this.#modules : [...this.#modules, ...part.modules];
		const frames = readFrameColumns(part.frames, modules);
		const first = this.#length;
		if (first === 0 || part.nodes.parent.length > 0) {
			checkNodes(part.nodes, first, this.#frames.length + frames.length);
		}
		this.#modules = modules;
		for (const frame of frames) this.#frames.push(frame);
		this.#length = first + part.nodes.parent.length;
		this.#parent = grow(this.#parent, this.#length);
		this.#frame = grow(this.#frame, this.#length);
		this.#self = grow(this.#self, this.#length);
		this.#parent.set(part.nodes.parent, first);
		this.#frame.set(part.nodes.frame, first);
		this.#self.set(part.nodes.self, first);
	}
}
