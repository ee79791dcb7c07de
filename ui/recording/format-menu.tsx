import { Dropdown, DropdownItem, DropdownList, MenuToggle } from "@patternfly/react-core";
import { DownloadIcon } from "@patternfly/react-icons";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { FORMATS, type Format } from "../../contract/formats.ts";
import { type Progress, progressWords } from "../api/progress.ts";

interface FormatMenuProps<F extends Format> {
	formats: readonly F[];
	/** what each is for, in a few words */
	uses: Record<F, string>;
	download: (format: F, onProgress: (progress: Progress) => void) => Promise<void>;
	onError: (error: unknown) => void;
}

/** Downloads in any of several formats; a failure is handed up, to be shown where there is room for it. */
export function FormatMenu<F extends Format>({ formats, uses, download, onError }: FormatMenuProps<F>) {
	const [open, setOpen] = useState(false);
	const [progress, setProgress] = useState<Progress | null>(null);
	const running = useMutation({
		mutationFn: (format: F) => download(format, setProgress),
		onMutate: () => {
			onError(null);
			setProgress(null);
		},
		onError,
	});
	const choose = (format: string | number | undefined) => {
		setOpen(false);
		if (typeof format === "string") running.mutate(format as F);
	};
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
					isDisabled={running.isPending}
					onClick={() => setOpen(!open)}
				>
					{running.isPending ? `Downloading… ${progressWords(progress)}` : "Download"}
				</MenuToggle>
			)}
		>
			<DropdownList>
				{formats.map((format) => (
					<DropdownItem key={format} value={format} description={uses[format]}>
						{FORMATS[format].label}
					</DropdownItem>
				))}
			</DropdownList>
		</Dropdown>
	);
}
