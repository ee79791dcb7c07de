/** Turns one mangled name into a readable one, and leaves every other name as it is. */
export type Demangle = (name: string) => string;

/** C++ (Itanium) and Rust (legacy, v0); anything else is no mangled name. */
const MANGLED = /^_{1,3}[ZR]/;
/** Parameters, with what may stand behind them. */
const END_OF_PARAMETERS = /\)(?: const| volatile| restrict| noexcept| ?&{1,2})*$/;
const CLONE = " [clone ";

/** What the library and perf call by different words. */
const SPECIAL: readonly (readonly [RegExp, string])[] = [
	[/^\{virtual override thunk\(\{offset\([^)]*\)\}, (.*)\)\}$/, "non-virtual thunk to "],
	[/^\{virtual override thunk\(\{virtual offset\([^)]*\)\}, (.*)\)\}$/, "virtual thunk to "],
	[/^\{vtable\((.*)\)\}$/, "vtable for "],
	[/^\{vtt\((.*)\)\}$/, "VTT for "],
	[/^\{typeinfo\((.*)\)\}$/, "typeinfo for "],
	[/^\{typeinfo name\((.*)\)\}$/, "typeinfo name for "],
];

/**
 * Names as `c++filt -p -i` and perf print them: without the parameters and without what the optimiser put behind
 * (`.isra.0`); those of enclosing functions and lambdas stay, since they tell them apart.
 * @param demangleAny prints parameters and ` [clone .isra.0]`
 */
export function shortNames(demangleAny: Demangle): Demangle {
	return (name) => {
		if (!MANGLED.test(name)) return name;
		const demangled = demangleAny(name);
		// of a name that it cannot read the library may have cut the first underscore
		return demangled === name || demangled === name.slice(1)
			? name
			: withPerfsWords(withoutParameters(demangled));
	};
}

/** How numbers among template arguments are marked by their types. */
const LITERAL = /\((unsigned int|long|unsigned long|long long|unsigned long long)\)(\d+)/g;
const LITERAL_MARKS: Readonly<Record<string, string>> = {
	"unsigned int": "u",
	long: "l",
	"unsigned long": "ul",
	"long long": "ll",
	"unsigned long long": "ull",
};

function withPerfsWords(name: string): string {
	if (!name.includes("<")) return name;
	return name
		.replaceAll(LITERAL, (_whole, type: string, digits: string) => digits + LITERAL_MARKS[type])
		.replaceAll(", >", ">");
}

function withoutParameters(demangled: string): string {
	const clone = demangled.indexOf(CLONE);
	const name = clone === -1 ? demangled : demangled.slice(0, clone);
	for (const [form, words] of SPECIAL) {
		const match = form.exec(name);
		if (match !== null) return words + match[1];
	}
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
