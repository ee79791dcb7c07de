import { Alert } from "@patternfly/react-core";
import type { ProfilerSupport } from "../../contract/target.ts";
import { CopyLine } from "../frame/copy-line.tsx";
import { printable } from "../wording.ts";

/** Why a profiler does not work here, or what would make it show more; with the line that mends it. */
export function SupportNote({ support }: { support: ProfilerSupport }) {
	const { profiler, available, reason, hint, fix } = support;
	if (available && hint === undefined) return null;
	return (
		<Alert
			isInline
			component="h3"
			variant={available ? "info" : "warning"}
			title={
				available ? "It can be recorded, but some names will be missing" : `${profiler} does not work here`
			}
		>
			<p>{printable((available ? hint : reason) ?? "", 1000)}</p>
			{fix === undefined ? null : <CopyLine text={fix} label="Copy the fix" />}
		</Alert>
	);
}
