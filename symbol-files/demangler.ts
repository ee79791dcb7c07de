/// <reference path="./gecko-profiler-demangle.d.ts" />
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import * as bindings from "gecko-profiler-demangle/index_bg.js";
import { type Demangle, shortNames } from "../profile/symbols/demangle.ts";

/** What a name that another program mangled may cost at most; libraries recurse by its length. */
const LONGEST_NAME = 16_384;

let demangle: Demangle | undefined;

/** The demangler, loaded when the first mangled name is shown: half a megabyte that an idle agent does without. */
export function demangler(): Demangle {
	demangle ??= shortNames(load());
	return demangle;
}

function load(): Demangle {
	const file = fileURLToPath(import.meta.resolve("gecko-profiler-demangle/index_bg.wasm"));
	let isUsable = false;
	const start = () => {
		const program = new WebAssembly.Module(readFileSync(file));
		const instance = new WebAssembly.Instance(program, { "./index_bg.js": { ...bindings } });
		bindings.__wbg_set_wasm(instance.exports);
		(instance.exports.__wbindgen_start as () => void)();
		isUsable = true;
	};
	return (name) => {
		if (name.length > LONGEST_NAME) return name;
		try {
			if (!isUsable) start();
			return bindings.demangle_any(name);
		} catch {
			// a name that breaks the library: its memory cannot be trusted after a trap
			isUsable = false;
			return name;
		}
	};
}
