import { EMPTY_STACK, type ProfileBuilder } from "../../builder.ts";
import { grow } from "../../growing.ts";
import { StackTree } from "../../stack-tree.ts";
import type { NamedFile } from "./frame-names.ts";

/** Keys below are frames of the builder, from here on they are locations. */
const FIRST_LOCATION = 2 ** 30;
/** Beyond this, new stacks are told apart by function alone: some 30 MB. */
const MOST_NODES = 2 ** 20;

/** An address of a file whose debug information can be asked about it later on. */
export interface Location {
	readonly file: NamedFile;
	/** in the file */
	readonly offset: number;
	/** frame of the builder: the function */
	readonly frame: number;
}

/**
 * Stacks by address instead of by function: a finer tree beside the builder's own, so that samples can get the functions
 * that were inlined when these are known. Each node has its stack of the builder, which is looked up once.
 */
export class LocationTree {
	readonly #builder: ProfileBuilder;
	readonly #tree = new StackTree();
	/** the builder's, of each node */
	#stack = new Int32Array(64);
	#isSampled = new Uint8Array(64);
	readonly #renamed = new Map<number, number>();
	readonly #file: NamedFile[] = [];
	#offset = new Float64Array(64);
	#frame = new Int32Array(64);

	constructor(builder: ProfileBuilder) {
		this.#builder = builder;
		this.#stack[0] = EMPTY_STACK;
	}

	/** @returns what stands for the address in place of its frame */
	add({ file, offset, frame }: Location): number {
		const location = this.#file.push(file) - 1;
		this.#offset = grow(this.#offset, location + 1);
		this.#frame = grow(this.#frame, location + 1);
		this.#offset[location] = offset;
		this.#frame[location] = frame;
		return FIRST_LOCATION + location;
	}

	/** How many locations there are. */
	get locations(): number {
		return this.#file.length;
	}

	/** @param index from 0 on */
	location(index: number): Location {
		return { file: this.#file[index], offset: this.#offset[index], frame: this.#frame[index] };
	}

	/** @param key a frame, or what `add` returned; @returns the index of the location; -1: it is a frame */
	locationOf(key: number): number {
		return key < FIRST_LOCATION ? -1 : key - FIRST_LOCATION;
	}

	frameOf(key: number): number {
		const frame = key < FIRST_LOCATION ? key : this.#frame[key - FIRST_LOCATION];
		return this.#renamed.get(frame) ?? frame;
	}

	/** @returns the node in which `key` was called from `node` */
	child(node: number, key: number): number {
		const listed = this.#tree.listedChild(node, key);
		return listed < 0 ? this.#newChild(node, key) : listed;
	}

	#newChild(node: number, key: number): number {
		const known = this.#tree.length;
		const child = this.#tree.child(node, known < MOST_NODES ? key : this.frameOf(key));
		if (child < known) return child;
		this.#stack = grow(this.#stack, child + 1);
		this.#stack[child] = this.#builder.child(this.#stack[node], this.frameOf(key));
		return child;
	}

	/** @returns the builder's stack, which a sample that ends in the node is to be counted for */
	sampled(node: number): number {
		if (node >= this.#isSampled.length) {
			const larger = new Uint8Array(Math.max(node + 1, 2 * this.#isSampled.length));
			larger.set(this.#isSampled);
			this.#isSampled = larger;
		}
		this.#isSampled[node] = 1;
		return this.#stack[node];
	}

	isSampled(node: number): boolean {
		return this.#isSampled[node] === 1;
	}

	/** Puts other frames where some stood. */
	rename(frames: Iterable<readonly [frame: number, now: number]>): void {
		for (const [frame, now] of frames) this.#renamed.set(frame, now);
		const { length, parent, frame } = this.#tree;
		for (let node = 1; node < length; node++) {
			this.#stack[node] = this.#builder.child(this.#stack[parent[node]], this.frameOf(frame[node]));
		}
	}

	/** The nodes, parents first, with their keys; valid until the next `child`. */
	get nodes(): { readonly length: number; readonly parent: Int32Array; readonly key: Int32Array } {
		const { length, parent, frame } = this.#tree;
		return { length, parent, key: frame };
	}
}
