import { Dropdown, DropdownItem, DropdownList, MenuToggle } from "@patternfly/react-core";
import { DownloadIcon } from "@patternfly/react-icons";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { FORMAT_NAMES, FORMATS, type Format } from "../../contract/formats.ts";
import type { Recording } from "../../contract/recording.ts";
import { downloadProfile, type ProfileHome } from "../api/download.ts";
import { type Progress, progressWords } from "../api/progress.ts";

const USES: Record<Format, string> = {
	html: "Opens in any browser, offline",
	svg: "A picture that zooms and searches",
	folded: "One stack a line, for flamegraph tools",
	pprof: "For go tool pprof and most profilers",
	speedscope: "For speedscope.app",
	json: "For your own programs",
	txt: "A table to read or paste",
	"perf.data": "For perf report; kept while the agent lives",
};

interface DownloadMenuProps {
	recording: Recording;
	home: ProfileHome;
	onError: (error: unknown) => void;
}

/** The profile in every format; a failure is handed up, to be shown where there is room for it. */
export function DownloadMenu({ recording, home, onError }: DownloadMenuProps) {
	const [open, setOpen] = useState(false);
	const [progress, setProgress] = useState<Progress | null>(null);
	const download = useMutation({
		mutationFn: (format: Format) => downloadProfile(recording, { format, home, onProgress: setProgress }),
		onMutate: () => {
			onError(null);
			setProgress(null);
		},
		onError,
	});
	const choose = (format: string | number | undefined) => {
		setOpen(false);
		if (typeof format === "string") download.mutate(format as Format);
	};
	const formats = FORMAT_NAMES.filter((format) => format !== "perf.data" || recording.rawData);
	return (
		<Dropdown
			isOpen={open}
			onOpenChange={setOpen}
			onSelect={(_, format) => choose(format)}
			popperProps={{ position: "start", appendTo: "inline", preventOverflow: true }}
			toggle={(toggle) => (
				<MenuToggle
					ref={toggle}
					variant="primary"
					icon={<DownloadIcon />}
					isExpanded={open}
					isDisabled={download.isPending}
					onClick={() => setOpen(!open)}
				>
					{download.isPending ? `Downloading… ${progressWords(progress)}` : "Download"}
				</MenuToggle>
			)}
		>
			<DropdownList>
				{formats.map((format) => (
					<DropdownItem key={format} value={format} description={USES[format]}>
						{FORMATS[format].label}
					</DropdownItem>
				))}
			</DropdownList>
		</Dropdown>
	);
}
