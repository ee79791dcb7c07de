import { Button } from "@patternfly/react-core";
import { CheckIcon, CopyIcon } from "@patternfly/react-icons";
import { useState } from "react";
import { printable } from "../wording.ts";

/** A line to be pasted elsewhere, with a button that copies it. */
export function CopyLine({ text, label = "Copy" }: { text: string; label?: string }) {
	const [copied, setCopied] = useState<boolean | null>(null);
	const line = printable(text, 2000);
	const copy = async () => {
		try {
			await navigator.clipboard.writeText(line);
			setCopied(true);
		} catch {
			// not allowed here (no permission, no secure context): the text can be selected
			setCopied(false);
		}
	};
	return (
		<span className="furnace-copy">
			<code>{line}</code>
			<Button
				variant="plain"
				size="sm"
				icon={copied ? <CheckIcon /> : <CopyIcon />}
				aria-label={`${label}: ${line}`}
				onClick={() => void copy()}
			/>
			<span role="status" className="pf-v6-screen-reader">
				{copied === null ? "" : copied ? "Copied" : "Copying was refused; select the text instead"}
			</span>
		</span>
	);
}

/** Several of them, to be run in this order. */
export function CopyLines({ lines, label = "Copy" }: { lines: readonly string[]; label?: string }) {
	if (lines.length === 0) return null;
	return (
		<ol className="furnace-copy-lines">
			{lines.map((line) => (
				<li key={line}>
					<CopyLine text={line} label={label} />
				</li>
			))}
		</ol>
	);
}
