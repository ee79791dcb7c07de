/** The bindings of the library, without the loader that only bundlers understand. */
declare module "gecko-profiler-demangle/index_bg.js" {
	export function demangle_any(name: string): string;
	export function __wbg_set_wasm(exports: object): void;
}

/** What Node's types leave to those of browsers. */
declare namespace WebAssembly {
	class Module {
		constructor(bytes: Uint8Array);
	}
	class Instance {
		constructor(module: Module, imports: object);
		readonly exports: Record<string, unknown>;
	}
}
