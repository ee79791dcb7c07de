import { Cursor } from "./cursor.ts";
import { parseEncoding } from "./names.ts";
import { printName } from "./printer.ts";

/** Debug information may have longer ones, which nobody reads. */
const LONGEST = 65_536;

/**
 * The name of a C++ function as `c++filt -p -i` prints it: without parameters, and without what the optimiser put behind.
 * @param mangled by the Itanium C++ ABI: `_Z3fooi`
 * @returns undefined: not understood
 */
export function demangleCpp(mangled: string): string | undefined {
	if (!mangled.startsWith("_Z") || mangled.length > LONGEST) return undefined;
	try {
		return printName(parseEncoding(new Cursor(mangled, 2), true));
	} catch {
		// not a name of C++, or nothing that we have met
		return undefined;
	}
}
