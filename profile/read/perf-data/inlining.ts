import { EMPTY_STACK, ProfileBuilder, type Refinement } from "../../builder.ts";
import { grow } from "../../growing.ts";
import type { Frame } from "../../model.ts";
import { StackTree } from "../../stack-tree.ts";
import type { InlinedFrame, Inlines } from "../../symbols/dwarf/inlines.ts";
import type { NamedFile } from "./frame-names.ts";
import type { Location, LocationTree } from "./location-tree.ts";

/** Nothing was found, or nobody has looked yet. */
const NONE = 0;

/** At once, or when others have had their turn. */
export type MayGoOn = () => boolean | Promise<boolean>;

/** Finds out which functions were inlined at the locations that samples have, beside the reading of samples. */
export class Inlining {
	readonly #tree: LocationTree;
	readonly #builder: ProfileBuilder;
	/** of the refined stacks: never gets a sample */
	readonly #refined: ProfileBuilder;
	/** Chains of frames that stand in place of one, outermost first: what begins alike is kept once. */
	readonly #chains = new StackTree();
	/** of each location, where a sample ends in it and where it calls */
	#asLeaf = new Int32Array(64);
	#asCaller = new Int32Array(64);
	/** of each of the builder's frames, the refined one plus 1 */
	#frameOf = new Int32Array(64);
	/** locations up to here have been sorted by file */
	#seen = 0;
	readonly #pending = new Map<NamedFile, number[]>();

	/** @param tree of the builder's samples */
	constructor(tree: LocationTree, builder: ProfileBuilder) {
		this.#tree = tree;
		this.#builder = builder;
		this.#refined = new ProfileBuilder({ valueTypes: builder.valueTypes });
	}

	/**
	 * Looks at all locations that there are by now, file by file.
	 * @param mayGoOn asked about every millisecond; false: it is to stop here, to go on another time
	 * @returns whether nothing is left
	 */
	async look(mayGoOn: MayGoOn): Promise<boolean> {
		for (;;) {
			this.#sortNew();
			const [next] = this.#pending;
			if (next === undefined) return true;
			const [file, locations] = next;
			const inlines = await file.symbols?.inlines?.();
			while (locations.length > 0) {
				if (inlines === undefined) locations.length = 0;
				else if (await this.#lookAt(inlines, locations[locations.length - 1], mayGoOn)) locations.pop();
				else return false;
			}
			this.#pending.delete(file);
		}
	}

	/** @returns false: it was to stop before it knew */
	async #lookAt(inlines: Inlines, index: number, mayGoOn: MayGoOn): Promise<boolean> {
		const location = this.#tree.location(index);
		// what a call returns to may be another line already, or another function
		for (const [column, offset] of [
			[this.#asLeaf, location.offset],
			[this.#asCaller, location.offset - 1],
		] as const) {
			const steps = inlines.stepsTo(offset);
			let step: IteratorResult<void, InlinedFrame[] | undefined>;
			do {
				const answer = mayGoOn();
				if (!(typeof answer === "boolean" ? answer : await answer)) return false;
				step = steps.next();
			} while (!step.done);
			column[index] = step.value === undefined ? NONE : this.#chainOf(location, step.value);
		}
		return true;
	}

	#sortNew(): void {
		const { locations } = this.#tree;
		this.#asLeaf = grow(this.#asLeaf, locations);
		this.#asCaller = grow(this.#asCaller, locations);
		for (; this.#seen < locations; this.#seen++) {
			const { file } = this.#tree.location(this.#seen);
			const pending = this.#pending.get(file);
			if (pending === undefined) this.#pending.set(file, [this.#seen]);
			else pending.push(this.#seen);
		}
	}

	/** The outermost is called as the symbol table has it, so that it is one function whether it was looked at or not. */
	#chainOf({ frame, file }: Location, inlined: readonly InlinedFrame[]): number {
		const outer = this.#builder.frames[frame];
		let chain = EMPTY_STACK;
		for (const [depth, { name, file: source, line }] of inlined.entries()) {
			const isKnown = depth > 0 || outer.kind === "unknown";
			const known: Frame =
				isKnown && name !== ""
					? { name, module: file.module, kind: "user", file: source, line }
					: { ...outer, file: source, line };
			chain = this.#chains.child(chain, this.#refined.frame(known));
		}
		return chain;
	}

	/** @returns the stacks with what was found so far; undefined: that was nothing */
	refinement(): Refinement | undefined {
		if (this.#chains.length === 1) return undefined;
		const { length, parent, key } = this.#tree.nodes;
		const isCaller = new Uint8Array(length);
		for (let node = 1; node < length; node++) isCaller[parent[node]] = 1;
		const callers = new Int32Array(length);
		const stackOfLeaf = new Int32Array(length);
		for (let node = 1; node < length; node++) {
			const below = callers[parent[node]];
			if (isCaller[node] === 1) callers[node] = this.#pushed(below, key[node], this.#asCaller);
			if (this.#tree.isSampled(node)) stackOfLeaf[node] = this.#pushed(below, key[node], this.#asLeaf);
		}
		const { frames, stacks } = this.#refined;
		return {
			stackOfLeaf,
			stacks: {
				frames: frames.slice(),
				stacks: { length: stacks.length, parent: stacks.parent.slice(), frame: stacks.frame.slice() },
			},
		};
	}

	#pushed(stack: number, key: number, column: Int32Array): number {
		const location = this.#tree.locationOf(key);
		const chain = location === -1 || location >= this.#seen ? NONE : column[location];
		if (chain === NONE) {
			return this.#refined.child(stack, this.#refinedFrame(this.#tree.frameOf(key)));
		}
		const { parent, frame } = this.#chains;
		const frames: number[] = [];
		for (let at = chain; at !== EMPTY_STACK; at = parent[at]) frames.push(frame[at]);
		let pushed = stack;
		for (let at = frames.length - 1; at >= 0; at--) pushed = this.#refined.child(pushed, frames[at]);
		return pushed;
	}

	#refinedFrame(frame: number): number {
		this.#frameOf = grow(this.#frameOf, frame + 1);
		if (this.#frameOf[frame] === 0)
			this.#frameOf[frame] = this.#refined.frame(this.#builder.frames[frame]) + 1;
		return this.#frameOf[frame] - 1;
	}
}
