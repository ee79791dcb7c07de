import { demangleCpp } from "./itanium/demangle-cpp.ts";
import { readableSwift } from "./swift-name.ts";

/** Turns one mangled name into a readable one, and leaves every other name as it is. */
export type Demangle = (name: string) => string;

/** C++ (Itanium) and Rust (legacy, v0). */
const MANGLED = /^_{1,3}[ZR]/;
const MAYBE_SWIFT = /^_?\$[sS]/;
/** Rust's older names are spelled as those of C++, and end in a hash. */
const HASHED = /17h[0-9a-f]{16}E(?:[.@]|$)/;
/** Parameters, with what may stand behind them; one way to match it each, since a name may be made of nothing else. */
const END_OF_PARAMETERS = /\)(?: const| volatile| restrict| noexcept| ?&)*$/;
const CLONE = " [clone ";

/**
 * Names as `c++filt -p -i` and perf print them: without the parameters and without what the optimiser put behind
 * (`.isra.0`); those of enclosing functions and lambdas stay, since they tell them apart.
 * @param demangleAny for Rust, and for what of C++ we do not understand; prints parameters and ` [clone .isra.0]`
 */
export function shortNames(demangleAny: Demangle): Demangle {
	return (name) => {
		if (MAYBE_SWIFT.test(name)) return readableSwift(name) ?? name;
		if (!MANGLED.test(name)) return name;
		const ofCpp = HASHED.test(name) ? undefined : demangleCpp(name);
		if (ofCpp !== undefined) return ofCpp;
		const demangled = demangleAny(name);
		// of a name that it cannot read the library may have cut the first underscore
		return demangled === name || demangled === name.slice(1) ? name : withoutParameters(demangled);
	};
}

function withoutParameters(demangled: string): string {
	const clone = demangled.indexOf(CLONE);
	const name = clone === -1 ? demangled : demangled.slice(0, clone);
	const end = END_OF_PARAMETERS.exec(name);
	if (end === null) return name;
	const start = openingOf(name, end.index);
	if (start <= 0) return name;
	// the operator of calls, printed without parameters
	return name.endsWith("operator()") ? name : name.slice(0, start);
}

/** @returns where the bracket that is closed at `end` was opened; -1: nowhere */
function openingOf(text: string, end: number): number {
	let open = 0;
	for (let at = end; at >= 0; at--) {
		const character = text.charCodeAt(at);
		if (character === 0x29) open++;
		else if (character === 0x28 && --open === 0) return at;
	}
	return -1;
}
