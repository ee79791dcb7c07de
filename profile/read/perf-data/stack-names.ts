import { EMPTY_STACK, type ProfileBuilder } from "../../builder.ts";
import { MAX_CHAIN, NO_ADDRESS } from "./call-chain.ts";
import { type FrameNames, KERNEL_START, type NamedFile } from "./frame-names.ts";
import type { Mapping } from "./mappings.ts";
import type { ThreadState } from "./processes.ts";

const NOT_MET = -1;
/** Threads whose previous chain is remembered, a power of two: about as many as run at once. */
const REMEMBERED = 16;

/** Where stacks are made of frames: a builder, or the tree of locations beside it. */
export type Stacks = Pick<ProfileBuilder, "child">;

/**
 * Turns call chains of addresses into stacks. The part of a chain that it shares with the one before of
 * the same thread is not looked at again; of the rest nearly every address lies in the same mapping as its caller.
 */
export class StackNames {
	readonly #builder: ProfileBuilder;
	readonly #stacks: Stacks;
	readonly #frames: FrameNames;
	readonly #processFrames: boolean;
	readonly #previous = Array.from({ length: REMEMBERED }, () => new PreviousChain());

	/** @param processFrames begin each stack with a frame that has the command's name */
	constructor(
		builder: ProfileBuilder,
		{ frames, stacks, processFrames }: { frames: FrameNames; stacks: Stacks; processFrames: boolean },
	) {
		this.#builder = builder;
		this.#stacks = stacks;
		this.#frames = frames;
		this.#processFrames = processFrames;
	}

	/** What was found out about previous chains may be wrong by now. */
	forget(): void {
		for (const previous of this.#previous) previous.length = 0;
	}

	/**
	 * @param chain addresses from the leaf on, the kernel's negative, the user's not
	 * @param length how many of them count
	 */
	stackOf(thread: ThreadState<NamedFile>, chain: Float64Array, length: number): number {
		let count = length;
		// where frame pointers stop stands an address of 0, or one that cannot be
		while (count > 0 && (chain[count - 1] === 0 || chain[count - 1] === NO_ADDRESS)) count--;
		if (thread.bottom === NOT_MET) thread.bottom = this.#bottomOf(thread.command);
		const previous = this.#previous[thread.tid & (REMEMBERED - 1)];
		const shared = previous.sharedWith(thread, chain, count);
		let stack = shared > 0 ? previous.stacks[shared - 1] : thread.bottom;
		// Addresses are doubles: each call that took one would cost an object, hence the lower halves.
		const { kernel } = this.#frames;
		let mapping: Mapping<NamedFile> | undefined;
		for (let index = shared; index < count; index++) {
			const address = chain[count - 1 - index];
			let frame = NOT_MET;
			if (address < 0) {
				if (address >= KERNEL_START) frame = kernel.near(address | 0);
				if (frame === NOT_MET) frame = this.#frames.inKernel(address);
			} else {
				if (mapping === undefined || address < mapping.start || address >= mapping.end) {
					mapping = thread.mappings.find(address);
				}
				if (mapping?.isNear) frame = mapping.file.frames.near((address + mapping.shift) | 0);
				if (frame === NOT_MET) frame = this.#frames.inUserSpace(mapping, address);
			}
			stack = this.#stacks.child(stack, frame);
			previous.addresses[index] = address;
			previous.stacks[index] = stack;
		}
		previous.length = count;
		return stack;
	}

	#bottomOf(command: string): number {
		if (!this.#processFrames) return EMPTY_STACK;
		const frame = this.#builder.frame({ name: command, module: "", kind: "user", file: "", line: 0 });
		return this.#stacks.child(EMPTY_STACK, frame);
	}
}

/** The chain of a thread that was read last. */
class PreviousChain {
	/** from the root on */
	readonly addresses = new Float64Array(MAX_CHAIN);
	/** of the builder, up to each address */
	readonly stacks = new Int32Array(MAX_CHAIN);
	length = 0;
	#thread: ThreadState<NamedFile> | undefined;
	#version = 0;

	/**
	 * @param chain from the leaf on, of `count` addresses
	 * @returns how many addresses, from the root on, are the same and mean the same; what lies beyond is for the new chain
	 */
	sharedWith(thread: ThreadState<NamedFile>, chain: Float64Array, count: number): number {
		const { version } = thread.mappings;
		if (thread !== this.#thread || version !== this.#version) {
			this.#thread = thread;
			this.#version = version;
			return 0;
		}
		const { addresses } = this;
		const most = Math.min(count, this.length);
		let shared = 0;
		while (shared < most && addresses[shared] === chain[count - 1 - shared]) shared++;
		return shared;
	}
}
