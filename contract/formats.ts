/** What a profile can be downloaded as. `raw` ones are perf's own bytes, kept only by the agent. */
export const FORMATS = {
	html: { mediaType: "text/html; charset=utf-8", extension: "html", label: "HTML (interactive, offline)" },
	svg: { mediaType: "image/svg+xml", extension: "svg", label: "SVG" },
	folded: { mediaType: "text/plain; charset=utf-8", extension: "folded", label: "Folded stacks" },
	pprof: { mediaType: "application/octet-stream", extension: "pb.gz", label: "pprof" },
	speedscope: { mediaType: "application/json", extension: "speedscope.json", label: "speedscope" },
	gecko: { mediaType: "application/json", extension: "gecko.json", label: "Firefox Profiler" },
	cpuprofile: {
		mediaType: "application/json",
		extension: "cpuprofile",
		label: "CPU profile (Chrome, VS Code)",
	},
	json: { mediaType: "application/json", extension: "json", label: "Call tree (JSON)" },
	txt: { mediaType: "text/plain; charset=utf-8", extension: "txt", label: "Top functions (text)" },
	"perf.data": { mediaType: "application/octet-stream", extension: "perf.data", label: "perf.data (raw)" },
} as const;

export type Format = keyof typeof FORMATS;
export const FORMAT_NAMES = Object.keys(FORMATS) as Format[];

/** What a difference can be downloaded as; media types and extensions are those of FORMATS. */
export const DIFF_FORMATS = ["html", "svg", "folded", "json", "txt"] as const satisfies readonly Format[];
export type DiffFormat = (typeof DIFF_FORMATS)[number];
