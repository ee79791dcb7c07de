import assert from "node:assert/strict";
import { it } from "node:test";
import { demangleCpp } from "../../profile/symbols/itanium/demangle-cpp.ts";
import { binutilsNames, namesIn } from "./file-symbols.ts";
import { isInstalled } from "./recordings.ts";

const skip = !(isInstalled("c++filt") && isInstalled("nm")) && "no binutils here";

/**
 * Of a program of 100,000 functions. binutils themselves are wrong about the other ones: where a lambda stands in the
 * arguments of a template whose parameters are referred to from outside, they take the wrong template's.
 */
const SHARE = 0.9995;

it("a large program's names are printed as binutils do", { skip }, (t) => {
	// tables and the like are no functions
	const names = namesIn(process.execPath).filter((name) => /^_Z(?!T[ACISTV]|GR)/.test(name));
	const expected = binutilsNames(names);
	const different = names.filter((name, index) => demangleCpp(name) !== expected[index]);
	t.diagnostic(`${different.length} of ${names.length} are different`);
	assert.ok(names.length > 1000);
	assert.ok(different.length <= (1 - SHARE) * names.length, different.slice(0, 5).join("\n"));
});
