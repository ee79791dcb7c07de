import { EMPTY_STACK, NO_THREAD, ProfileBuilder } from "../builder.ts";
import { namelessFrame } from "../frame-name.ts";
import type { Frame, Profile, ValueType } from "../model.ts";
import { moduleOf } from "./perf-frame.ts";

/** `7f69 name+99 (/usr/lib/libm.so.6)`, as `ustack(perf)` gives it. */
const WITH_MODULE = /^([0-9a-f]{1,16}) (.*) \((.*)\)$/;
const ADDRESS = /^(?:0x)?[0-9a-f]{5,16}$/;
const OFFSET = /\+\d+$/;
/** Where the kernel is entered: the last frame of its stacks, which no program's is called. */
const KERNEL_ENTRY =
	/^(?:entry_|asm_|ret_from_|do_syscall|el[01]t?_|ret_fast_syscall|secondary_startup|start_secondary|kthread|irqentry_|__irqentry)/;

/** Each is a value of every sample; a program has a handful of maps. */
const MOST_MAPS = 64;

/** What a map has for one of its keys. */
interface Entry {
	readonly map: string;
	/** frames of the builder-to-be, root first */
	readonly frames: readonly number[];
	readonly value: bigint;
}

/**
 * Gathers the maps of a bpftrace program that have stacks among their keys. Each such map is a value; the other parts of
 * a key (the command, a number) are frames above its stack. Kernel stacks are told by where they begin, and lie on top.
 */
export class BpftraceMaps {
	readonly #entries: Entry[] = [];
	readonly #frames: Frame[] = [];
	readonly #indexOf = new Map<string, number>();
	readonly #maps = new Map<string, number>();

	/**
	 * @param map its name with the `@`
	 * @param key its lines: frames begin with white space, leaf first; other lines are what stands between stacks
	 * @returns false when there are more maps than are taken
	 */
	add(map: string, key: readonly string[], value: bigint): boolean {
		const parts: string[] = [];
		const stacks: string[][] = [];
		let inStack = false;
		for (const line of key) {
			if (/^\s+\S/.test(line)) {
				if (!inStack) stacks.push([]);
				inStack = true;
				stacks[stacks.length - 1].push(line.trim());
			} else {
				inStack = false;
				for (const part of line.split(",")) if (part.trim() !== "") parts.push(part.trim());
			}
		}
		if (stacks.length === 0) return true;
		if (!this.#maps.has(map)) {
			if (this.#maps.size === MOST_MAPS) return false;
			this.#maps.set(map, this.#maps.size);
		}
		const frames = parts.map((part) => this.#intern(`part ${part}`, () => plain(part)));
		// the kernel was called last
		const inOrder = [...stacks.filter((stack) => !isOfKernel(stack)), ...stacks.filter(isOfKernel)];
		if (inOrder[0] === stacks[0] && inOrder.length > 1 && !stacks.some(isOfKernel)) inOrder.reverse();
		for (const stack of inOrder) {
			const kind = isOfKernel(stack) ? "kernel" : "user";
			for (let index = stack.length - 1; index >= 0; index--) {
				const line = stack[index];
				frames.push(this.#intern(`${kind} ${line}`, () => frameOf(line, kind)));
			}
		}
		this.#entries.push({ map, frames, value });
		return true;
	}

	/** @returns undefined when no map had a stack */
	profile(): Profile | undefined {
		if (this.#maps.size === 0) return undefined;
		const valueTypes = Array.from(this.#maps.keys(), valueTypeOf);
		const builder = new ProfileBuilder({ valueTypes });
		const indices = this.#frames.map((frame) => builder.frame(frame));
		for (const { map, frames, value } of this.#entries) {
			let stack = EMPTY_STACK;
			for (const frame of frames) stack = builder.child(stack, indices[frame]);
			const column = this.#maps.get(map);
			builder.add(
				stack,
				NO_THREAD,
				valueTypes.map((_, index) => (index === column ? value : 0n)),
			);
		}
		return builder.snapshot();
	}

	#intern(key: string, make: () => Frame): number {
		let index = this.#indexOf.get(key);
		if (index === undefined) {
			index = this.#frames.push(make()) - 1;
			this.#indexOf.set(key, index);
		}
		return index;
	}
}

function valueTypeOf(map: string): ValueType {
	return { type: map === "@" ? "samples" : map.slice(1), unit: "count" };
}

function isOfKernel(stack: readonly string[]): boolean {
	const entry = stack[stack.length - 1];
	const address = WITH_MODULE.exec(entry)?.[1] ?? entry.replace(/^0x/, "");
	return KERNEL_ENTRY.test(entry) || /^ffff[0-9a-f]{12}$/.test(address);
}

function plain(name: string): Frame {
	return { name, module: "", kind: "user", file: "", line: 0 };
}

function frameOf(line: string, kind: "user" | "kernel"): Frame {
	const match = line.endsWith(")") ? WITH_MODULE.exec(line) : null;
	const [address, name, of] =
		match === null
			? ["", line, { module: kind === "kernel" ? "[kernel]" : "", kind }]
			: [match[1], match[2], moduleOf(match[3], match[1])];
	if (ADDRESS.test(name) || name === "[unknown]") {
		const number = BigInt(`0x${(address || name).replace(/^0x|\[unknown\]/, "") || "0"}`);
		return { ...plain(namelessFrame(of.module, number)), module: of.module, kind: "unknown" };
	}
	return { ...plain(name.replace(OFFSET, "")), module: of.module, kind: of.kind };
}
