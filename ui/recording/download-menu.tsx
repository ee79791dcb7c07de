import { FORMAT_NAMES, type Format } from "../../contract/formats.ts";
import type { Recording } from "../../contract/recording.ts";
import { downloadProfile, type ProfileHome } from "../api/download.ts";
import { FormatMenu } from "./format-menu.tsx";

const USES: Record<Format, string> = {
	html: "Opens in any browser, offline",
	svg: "A picture that zooms and searches",
	folded: "One stack a line, for flamegraph tools",
	pprof: "For go tool pprof and most profilers",
	speedscope: "For speedscope.app",
	gecko: "For profiler.firefox.com, with threads and times",
	cpuprofile: "For the developer tools of Chrome and VS Code",
	json: "For your own programs",
	txt: "A table to read or paste",
	"perf.data": "For perf report; kept while the agent lives",
};

interface DownloadMenuProps {
	recording: Recording;
	home: ProfileHome;
	onError: (error: unknown) => void;
}

/** The profile in every format. */
export function DownloadMenu({ recording, home, onError }: DownloadMenuProps) {
	return (
		<FormatMenu
			formats={FORMAT_NAMES.filter((format) => format !== "perf.data" || recording.rawData)}
			uses={USES}
			download={(format, onProgress) => downloadProfile(recording, { format, home, onProgress })}
			onError={onError}
		/>
	);
}
