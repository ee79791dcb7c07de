import type { FrameKind } from "../../contract/frame-kind.ts";
import { baseName, namelessFrame } from "../frame-name.ts";
import type { Frame } from "../model.ts";
import { parseV8Name } from "./v8-name.ts";

/** One line of a call chain as `perf script` prints it. */
export interface PerfFrame {
	readonly frame: Frame;
	/** perf found it in the debug information of the function below; it has no module of its own */
	readonly inlined: boolean;
	/** the end of a chain: an address of 0, or one that cannot be, is where frame pointers stop, and no code */
	readonly isEnd: boolean;
	/** where code that a JIT compiler made was running; undefined for code of a file */
	readonly jitAddress: number | undefined;
}

/** `7f00 name+0x1f (/path)`; a name may itself hold spaces, brackets and what looks like an offset. */
const NAMED = /^([0-9a-f]+) (.*)\+0x[0-9a-f]+ \((.*)\)$/;
const NAMELESS = /^([0-9a-f]+) \[unknown\] \((.*)\)$/;
/** Without an offset perf prints only what was inlined, and what it made up itself. */
const WITHOUT_OFFSET = /^([0-9a-f]+) (.*) \((.*)\)$/;

/** Memory that holds code no file has: the names come from a JIT compiler's own map, or from nowhere. */
const JIT_MEMORY =
	/^(?:\/tmp\/perf-\d+\.map$|\/\/anon|\[anon|\/anon_hugepage|\/dev\/zero|\[heap\]|\[stack|\/SYSV|\/memfd:|anon_inode:|.*\/jitted-\d+-\d+\.so$)/;
const KERNEL = /^(?:\[(?:guest\.)?kernel[.\]]|.*\/vmlinux|.*\/kcore$)/;
const KERNEL_MODULE = /(?:^|\/)([^/]+)\.ko(?:\.\w+)?$/;
const VIRTUAL_LIBRARY = /^\[(?:vdso|vdso32|vsyscall|uprobes)\]$/;

/**
 * @param line without the white space before it
 * @returns undefined when it is no such line
 */
export function parsePerfFrame(line: string): PerfFrame | undefined {
	// Every frame ends so; and what does not would cost the expressions below a square of its length.
	if (!line.endsWith(")")) return undefined;
	const nameless = NAMELESS.exec(line);
	if (nameless !== null) {
		const [, address, file] = nameless;
		const { module, kind } = moduleOf(file, address);
		const name = namelessFrame(module, BigInt(`0x${address}`));
		const isEnd = Number.parseInt(address, 16) === 0 || isImpossible(address);
		const jitAddress = jitAddressOf(kind, address);
		return { frame: frameOf(name, module, "unknown"), inlined: false, isEnd, jitAddress };
	}
	const match = NAMED.exec(line) ?? WITHOUT_OFFSET.exec(line);
	if (match === null) return undefined;
	const [, address, name, file] = match;
	if (file === "inlined") {
		return { frame: frameOf(name, "", "user"), inlined: true, isEnd: false, jitAddress: undefined };
	}
	const { module, kind } = moduleOf(file, address);
	const jitAddress = jitAddressOf(kind, address);
	return { frame: frameOf(name, module, kind), inlined: false, isEnd: false, jitAddress };
}

/** What a file that perf names is to a reader of the profile. */
export function moduleOf(file: string, address: string): { module: string; kind: FrameKind } {
	const kernelModule = KERNEL_MODULE.exec(file);
	if (kernelModule !== null) return { module: `[${kernelModule[1]}]`, kind: "kernel" };
	if (KERNEL.test(file)) return { module: "[kernel]", kind: "kernel" };
	if (VIRTUAL_LIBRARY.test(file)) return { module: file, kind: "user" };
	if (JIT_MEMORY.test(file)) return { module: "[jit]", kind: "jit" };
	if (file.startsWith("bpf_prog_")) return { module: "[bpf]", kind: "kernel" };
	if (file === "[unknown]") {
		return isKernelAddress(address) ? { module: "[kernel]", kind: "kernel" } : { module: "", kind: "user" };
	}
	if (file.startsWith("[")) return { module: file, kind: "kernel" };
	return { module: file.replace(/ \(deleted\)$/, ""), kind: "user" };
}

function jitAddressOf(kind: FrameKind, address: string): number | undefined {
	return kind === "jit" ? Number.parseInt(address, 16) : undefined;
}

/** The name of a frame of compiled code, as the compiler's own map has it. */
export function jitFrame(name: string): Frame {
	return frameOf(name, "[jit]", "jit");
}

/** The kernel's code lies at the very end of the address space on every 64-bit machine. */
function isKernelAddress(address: string): boolean {
	return address.length === 16 && address.startsWith("ffff");
}

/** No machine has memory between the two halves: what stood in the frame pointer's register was something else. */
function isImpossible(address: string): boolean {
	return address.length > 14 && !isKernelAddress(address);
}

function frameOf(name: string, module: string, kind: FrameKind): Frame {
	const script = kind === "jit" ? parseV8Name(name) : undefined;
	// The file of a script is to its reader what a library is: where the function comes from.
	if (script !== undefined) return { ...script, module: script.file, kind };
	return { name: name === "" ? baseName(module) : name, module, kind, file: "", line: 0 };
}
