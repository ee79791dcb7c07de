import type { Evidence } from "./evidence.ts";
import { hasChanged, hasOtherFiles } from "./file-symbols.ts";
import type { Sample, SampleFrame } from "./samples.ts";

/**
 * Every way in which our names may differ from those of `perf script --no-inline`, reviewed one by one: what perf prints,
 * what we print, and why ours is right. The oracle fails on any other difference.
 */
export interface KnownDifference {
	readonly name: string;
	/** why ours is right */
	readonly evidence: string;
	/** Is this what is the matter? @param perf and @param ours the frames that differ */
	readonly explains: (perf: SampleFrame, ours: SampleFrame, sample: Sample, evidence: Evidence) => boolean;
}

/** What `namelessFrame` makes of an address that no process can have. */
const IMPOSSIBLE =
	/^\[(?:unknown|kernel)\]\+0x(?:[1-9a-f][0-9a-f]{14,15}|[2-9a-f][0-9a-f]{13}|[1-9a-f][0-9a-f]{14})$/;
const NAMELESS = /\+0x[0-9a-f]+$|^\[unknown\]$/;

export const IMPOSSIBLE_ADDRESS = "an address that cannot be";

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
		explains: (perf, _ours, sample, { maps }) => perf.module !== "" && !maps.hasMapped(sample, perf.module),
	},
	{
		name: "another spelling",
		evidence:
			"One symbol of the file, by two demanglers: arguments that are themselves functions with their parameters (`&f(int)`, perf: `&f`), and packs of templates, of which libiberty leaves out some. That it is one is proved with nm, c++filt and our demangler.",
		explains: (perf, ours, { pid }, { symbols }) =>
			perf.module === ours.module && symbols.isOneSymbol(perf, ours.name, pid),
	},
	{
		name: "another mount namespace",
		evidence:
			"perf script finds no file: it enters the mount namespace of the process, of which none is left or which its own thread state forbids. Ours was opened through /proc/PID/root, and its build-id is that of the recording.",
		explains: (perf, ours, { pid }) =>
			perf.module === ours.module &&
			perf.module.startsWith("/") &&
			NAMELESS.test(perf.name) &&
			!NAMELESS.test(ours.name) &&
			hasOtherFiles(pid, perf.module),
	},
	{
		name: "Go's own table of functions",
		evidence:
			"The program was stripped (nm lists nothing), and perf finds no name. Go's runtime needs its functions' names all the same: ours is one of those in .gopclntab, which readelf shows.",
		explains: (perf, ours, { pid }, { symbols }) =>
			perf.module === ours.module && NAMELESS.test(perf.name) && symbols.isOfGoTable(perf, ours.name, pid),
	},
	{
		name: "a file that has changed since",
		evidence:
			"Programs of other tests are removed or built anew while the machine is recorded: ours are read at once, perf script's turn comes seconds later, when what lies there is not what was running.",
		explains: (perf, ours, _sample, { recordedAt }) =>
			perf.module === ours.module &&
			perf.module.startsWith("/") &&
			NAMELESS.test(perf.name) &&
			!NAMELESS.test(ours.name) &&
			hasChanged(perf.module, recordedAt),
	},
	{
		name: "a label inside a function",
		evidence:
			"Two symbols cover the address: a function with a size, and a label without one inside of it (nm -S shows no size for it). perf takes whichever stands higher in its search tree; ours is always the function.",
		explains: (perf, ours, { pid }, { symbols }) => perf.module === ours.module && symbols.isLabel(perf, pid),
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
		explains: (perf, ours, { pid }, { symbols }) =>
			perf.module === ours.module && symbols.areAliases(perf, ours.name, pid),
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

/** Markers that say whose addresses follow: hypervisor, kernel, user, as far as perf knows them. */
const MARKERS = new Set([-32n, -128n, -512n]);

/** perf has nothing but the command, and a value of the chain as it was recorded is neither an address nor a marker. */
export function isGarbageChain(perf: Sample, ours: Sample, { chains }: Evidence): boolean {
	if (perf.frames.length !== 1 || perf.frames[0].name !== ours.frames[0].name) return false;
	return chains.of(perf).some((value) => {
		const signed = BigInt.asIntN(64, value);
		return signed < 0 && signed >= -4095n && !MARKERS.has(signed);
	});
}

/**
 * Where frame pointers stop perf may go on with what is no address, or with none; ours end there.
 * @returns perf's frames without what cannot be, as far as ours have fewer
 */
export function withoutImpossibleRoot(perf: Sample, ours: Sample): readonly SampleFrame[] {
	const [command, ...frames] = perf.frames;
	let end = 0;
	while (frames.length - end >= ours.frames.length && isNoAddress(frames[end])) end++;
	return isOfKernel(frames[end]) ? perf.frames : [command, ...frames.slice(end)];
}

/** A frame at the root of a chain. */
function isNoAddress({ name }: SampleFrame): boolean {
	return name === "[unknown]+0x0" || IMPOSSIBLE.test(name);
}

/** Of a chain that is the kernel's from the root on, each address is one. */
function isOfKernel(frame: SampleFrame | undefined): boolean {
	return (
		frame === undefined || /^\[(?!vdso\]|jit\])/.test(frame.module) || frame.name.startsWith("[kernel]+")
	);
}
