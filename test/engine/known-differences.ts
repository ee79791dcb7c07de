import { execFileSync } from "node:child_process";
import { cleanText } from "../../profile/frame-name.ts";
import type { ProgramMaps } from "./program-maps.ts";
import type { Sample, SampleFrame } from "./samples.ts";

/**
 * Every way in which our names may differ from those of `perf script --no-inline`, reviewed one by one: what perf prints,
 * what we print, and why ours is right. The oracle fails on any other difference.
 */
export interface KnownDifference {
	readonly name: string;
	/** why ours is right */
	readonly evidence: string;
	/** @param perf and @param ours the first frames that differ */
	readonly explains: (perf: SampleFrame, ours: SampleFrame, sample: Sample, maps: ProgramMaps) => boolean;
}

/** What `namelessFrame` makes of an address that no process can have. */
const IMPOSSIBLE =
	/^\[(?:unknown|kernel)\]\+0x(?:[1-9a-f][0-9a-f]{14,15}|[2-9a-f][0-9a-f]{13}|[1-9a-f][0-9a-f]{14})$/;
const NAMELESS = /\+0x[0-9a-f]+$|^\[unknown\]$/;

export const IMPOSSIBLE_ADDRESS = "an address that cannot be";

/** @param frame as perf prints it */
export function isImpossible(frame: SampleFrame): boolean {
	return IMPOSSIBLE.test(frame.name);
}

export const KNOWN_DIFFERENCES: readonly KnownDifference[] = [
	{
		name: IMPOSSIBLE_ADDRESS,
		evidence:
			"2^53 and more is in no process's address space: a program without frame pointers had other data there. perf makes a frame of each such value (and calls those with the highest bit [kernel]); ours are one frame [unknown], or none at the root, so that a flamegraph does not splinter.",
		explains: (perf, ours) => ours.name === "[unknown]" && IMPOSSIBLE.test(perf.name),
	},
	{
		name: ".plt.sec",
		evidence:
			"With -fcf-protection calls go through .plt.sec, whose entry i jumps through the relocation i of .rela.plt (System V ABI, supplement for AMD64; objdump -d prints the same names). perf names .plt alone, or stretches _init over it.",
		explains: (perf, ours) =>
			ours.name.endsWith("@plt") && (NAMELESS.test(perf.name) || perf.name === "_init"),
	},
	{
		name: "vdso",
		evidence:
			"The address lies within the named symbol of the vdso's own .dynsym, as mapped into every process; perf cannot always read its copy.",
		explains: (perf, ours) =>
			ours.module === "[vdso]" && ours.name.includes("vdso") && NAMELESS.test(perf.name),
	},
	{
		name: "mappings of the program before exec",
		evidence:
			"After exec nothing of the old program is mapped. perf keeps the old mappings, and names addresses by files that `perf script --show-mmap-events` itself does not show for the new program.",
		explains: (perf, _ours, sample, maps) => perf.module !== "" && !maps.hasMapped(sample, perf.module),
	},
	{
		name: "template arguments",
		evidence:
			"The same symbol, spelled by another demangler: arguments that are themselves functions with their parameters (`&f(int)`, perf: `&f`), and packs of templates, of which libiberty leaves out some.",
		explains: (perf, ours) =>
			perf.module === ours.module && perf.name.includes("<") && isSameSkeleton(perf.name, ours.name),
	},
	{
		name: "another mount namespace",
		evidence:
			"perf script finds no file: it enters the mount namespace of the process, of which none is left or which its own thread state forbids. Ours was opened through /proc/PID/root, and its build-id is that of the recording.",
		explains: (perf, ours) =>
			perf.module === ours.module &&
			perf.module.startsWith("/") &&
			NAMELESS.test(perf.name) &&
			!NAMELESS.test(ours.name),
	},
	{
		name: "a label inside a function",
		evidence:
			"Two symbols cover the address: a function with a size, and a label without one inside of it (nm -S shows no size for it). perf takes whichever stands higher in its search tree; ours is always the function.",
		explains: (perf, ours, _sample, maps) => perf.module === ours.module && maps.isLabel(perf),
	},
	{
		name: "a symbol's version",
		evidence: "What stands behind @@ is for linkers: nobody calls the function so.",
		explains: (perf, ours) =>
			perf.module === ours.module && perf.name.replace(/@@?[A-Z][\w.]*$/, "") === ours.name,
	},
	{
		name: "debug information by build-id",
		evidence:
			"Two names of one function (nm of the debug file shows them at one address). perf looks for a container's debug files in the container alone, and finds the exported name; ours come from our own /usr/lib/debug, by the build-id, and are chosen among as perf chooses where it has that file.",
		explains: (perf, ours, _sample, maps) =>
			perf.module === ours.module && maps.areAliases(ours.module, perf.name, ours.name),
	},
	{
		name: "too deep for the demangler",
		evidence:
			"Here perf is better: the library gives up on C++ names that are nested more than about a hundred levels deep (1.2% of those in Node's own program) and ours stays mangled; c++filt makes perf's name of it. To be mended in the library or by one of our own.",
		explains: (perf, ours) =>
			ours.name.startsWith("_Z") &&
			cleanText(execFileSync("c++filt", ["-p", "-i", ours.name], { encoding: "utf8" }).trim()) === perf.name,
	},
	{
		name: "memfd",
		evidence:
			"What a memfd holds may be anything, JIT-compiled code among it: ours gives the address itself, which a map of compiled code could name, perf the offset in the file.",
		explains: (perf, ours) => ours.module === "[jit]" && perf.module === "[jit]" && NAMELESS.test(perf.name),
	},
];

export const GARBAGE_CHAIN: Pick<KnownDifference, "name" | "evidence"> = {
	name: "one value of garbage in a chain",
	evidence:
		"Without a frame pointer one value was small and negative, as only markers are. perf throws away the whole chain; what stands before that value was read correctly, the leaf (the sample's own address) first of all.",
};

/** What is cut off a long name begins so. */
const CUT = /…[0-9a-f]{8}$/;

/** A long name may have been cut among its arguments, where nothing of its outside follows. */
function isSameSkeleton(a: string, b: string): boolean {
	const [first, second] = [a, b].map((name) => skeletonOf(name.replace(CUT, "")));
	if (CUT.test(a) || CUT.test(b)) return first.startsWith(second) || second.startsWith(first);
	return first === second;
}

/** A name without what stands between its outermost brackets. */
function skeletonOf(name: string): string {
	let depth = 0;
	let skeleton = "";
	for (const character of name) {
		if ("<({".includes(character)) depth++;
		if (depth === 0) skeleton += character;
		if (">)}".includes(character)) depth = Math.max(0, depth - 1);
	}
	return skeleton;
}
