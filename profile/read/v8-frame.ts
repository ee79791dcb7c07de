import type { Frame } from "../model.ts";
import { v8Function } from "./v8-name.ts";

/** What V8 calls its own work and the root of its trees. */
export const V8_ROOT = "(root)";

/** A function as V8's inspector names it. */
export interface CallFrame {
	/** empty: it has none */
	readonly functionName: string;
	/** empty: not a script's function, but the engine's own or a native one */
	readonly url: string;
	/** 0-based; -1: not known */
	readonly lineNumber: number;
}

/** The same function has the same frame here and where perf met it. */
export function frameOfV8({ functionName, url, lineNumber }: CallFrame): Frame {
	if (url === "") return { name: functionName || "(anonymous)", module: "", kind: "user", file: "", line: 0 };
	const { name, file, line } = v8Function(functionName, url, lineNumber + 1);
	return { name, module: file, kind: "jit", file, line };
}
