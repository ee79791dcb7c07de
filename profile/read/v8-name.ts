/** A JavaScript function as V8 wrote it into a perf map. */
export interface V8Function {
	readonly name: string;
	/** path or URL (`node:internal/timers`); a file URL without its scheme */
	readonly file: string;
	/** 1-based */
	readonly line: number;
}

/**
 * `JS:*'priceItems file:///app/shop.ts:25:20`: what kind of code, a mark for the compiler that made it (`~` interpreted,
 * `^` baseline, `+` and `*` optimised, `'` concurrently), name, place. Older versions say LazyCompile or Function, and no column.
 */
const FUNCTION = /^(?:JS|LazyCompile|Function|Script|Eval):[~^+*]?'?(.+?):(\d+)(?::\d+)?$/;
/** A name may hold spaces (`get size`), a path hardly ever begins inside one: where one of these begins, the place does. */
const PLACE = /(?:^| )((?:file:\/\/|node:|[a-z][a-z0-9+.-]*:\/\/|\/|evalmachine\.).*)$/;

/**
 * The same function compiled again is the same function: what compiled it is left out, so that its time stands in one frame.
 * @returns undefined when the name is not of this form (built-in code, bytecode handlers, another runtime)
 */
export function parseV8Name(text: string): V8Function | undefined {
	const match = FUNCTION.exec(text);
	if (match === null) return undefined;
	const [, nameAndPlace, line] = match;
	const begin = PLACE.exec(nameAndPlace)?.index ?? nameAndPlace.lastIndexOf(" ");
	const name = nameAndPlace.slice(0, Math.max(begin, 0)).trim();
	return v8Function(name, nameAndPlace.slice(Math.max(begin, 0)).trim(), Number(line));
}

/**
 * @param name empty: the function has none
 * @param url path or URL of the script
 * @param line 1-based
 */
export function v8Function(name: string, url: string, line: number): V8Function {
	const file = url.replace(/^file:\/\//, "");
	return { name: name || anonymous(file, line), file, line };
}

/** Functions without a name are told apart by their place, as their authors do. */
function anonymous(file: string, line: number): string {
	return `(anonymous) ${file.slice(file.lastIndexOf("/") + 1)}:${line}`;
}
