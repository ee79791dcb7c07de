/** Swift 5 and later on Linux: `$s`; the first letter of what follows begins a module, a type or a name. */
const MANGLED = /^_?\$[sS](?=[0-9sS])/;
/** What stands behind the name of a type and says what kind it is of. */
const KIND_OF_TYPE = /[CVOPa]/;
/** Types of Swift's own library that have a letter, behind `S`. */
const STANDARD_TYPES: Readonly<Record<string, string>> = {
	a: "Array",
	b: "Bool",
	D: "Dictionary",
	d: "Double",
	f: "Float",
	h: "Set",
	i: "Int",
	J: "Character",
	N: "ClosedRange",
	n: "Range",
	O: "ObjectIdentifier",
	P: "UnsafePointer",
	p: "UnsafeMutablePointer",
	q: "Optional",
	R: "UnsafeBufferPointer",
	r: "UnsafeMutableBufferPointer",
	S: "String",
	s: "Substring",
	u: "UInt",
	V: "UnsafeRawPointer",
	v: "UnsafeMutableRawPointer",
};
/** Operators are spelled in letters: `s` is `-` before `oi` (infix), `op` (prefix) and `oP` (postfix). */
const OPERATOR = /^o[ipP]/;
const OPERATOR_LETTERS = "acdeglmnopqrstxz";
const OPERATOR_CHARACTERS = "&@/=><*!|+?%-~^.";
/** What a function without a name of its own is, by how its mangled name ends. */
const UNNAMED: readonly (readonly [RegExp, string])[] = [
	[/f[Cc]$/, "init"],
	[/f[Dd]$/, "deinit"],
];

/**
 * What of a mangled name of Swift can be read without its grammar: modules, types and the name stand in it one behind the
 * other, parameters and results do not. So the mangled name, which swift-demangle takes, stays behind it.
 * @returns `module.Type.name ($s...)`; undefined: not a name of Swift
 */
export function readableSwift(mangled: string): string | undefined {
	const start = MANGLED.exec(mangled)?.[0].length;
	if (start === undefined) return undefined;
	const path = pathIn(mangled, start);
	return path.length === 0 ? undefined : `${path.join(".")} (${mangled})`;
}

function pathIn(mangled: string, start: number): string[] {
	const path: string[] = [];
	let at = start;
	if (mangled.charAt(at) === "s") {
		path.push("Swift");
		at++;
	} else if (mangled.charAt(at) === "S") {
		const type = STANDARD_TYPES[mangled.charAt(at + 1)];
		if (type === undefined) return path;
		path.push("Swift", type);
		at += 2;
	}
	while (true) {
		const name = identifierAt(mangled, at);
		if (name === undefined) break;
		at = name.end;
		path.push(OPERATOR.test(mangled.slice(at)) ? operatorOf(name.text) : name.text);
		const isModule = path.length === 1;
		const isOfType = KIND_OF_TYPE.test(mangled.charAt(at));
		if (isOfType) at++;
		else if (!isModule) return path;
	}
	const unnamed = UNNAMED.find(([end]) => end.test(mangled));
	return unnamed === undefined ? path : [...path, unnamed[1]];
}

function operatorOf(letters: string): string {
	return letters.replaceAll(
		/[a-z]/g,
		(letter) => OPERATOR_CHARACTERS[OPERATOR_LETTERS.indexOf(letter)] ?? letter,
	);
}

/** `3foo`; one that begins with 0 is put together of parts of earlier ones. */
function identifierAt(mangled: string, at: number): { text: string; end: number } | undefined {
	const digits = /^[1-9]\d{0,3}/.exec(mangled.slice(at, at + 4))?.[0];
	if (digits === undefined) return undefined;
	const start = at + digits.length;
	const end = start + Number(digits);
	return end > mangled.length ? undefined : { text: mangled.slice(start, end), end };
}
