import type { FrameKind } from "../../contract/frame-kind.ts";

/** For files that do not say: what profilers commonly call the kernel's and a JIT compiler's memory. */
export function kindOfModule(module: string): FrameKind {
	if (/^\[(?:guest\.)?kernel|\.ko(?:\.\w+)?$|\/vmlinux$/.test(module)) return "kernel";
	if (/^\/tmp\/perf-\d+\.map$|^\[jit\]$|^\/\/anon|^\[anon/.test(module)) return "jit";
	return "user";
}
