import { Alert } from "@patternfly/react-core";
import { CAUSES, type Recording } from "../../contract/recording.ts";
import { printable } from "../wording.ts";
import { Log } from "./log.tsx";

/** Why a recording ended or failed, what to do, and perf's own words. */
export function CauseAlert({ recording }: { recording: Recording }) {
	const { state, cause, log, samples } = recording;
	if (cause === undefined) return null;
	const failed = state === "failed";
	if (!failed && cause.nextStep === undefined) return null;
	const known = CAUSES[cause.code];
	return (
		<div role={failed ? "alert" : "status"}>
			<Alert
				isInline
				component="h2"
				variant={failed ? (samples > 0 ? "warning" : "danger") : "info"}
				title={titleFor(failed, samples)}
			>
				<p>{printable(cause.message || known.message, 1000)}</p>
				{cause.nextStep === undefined ? null : <p>{printable(cause.nextStep, 1000)}</p>}
				{failed ? <Log lines={log} /> : null}
			</Alert>
		</div>
	);
}

function titleFor(failed: boolean, samples: number): string {
	if (!failed) return "The recording ended early";
	return samples > 0 ? "The recording was cut short; its samples are kept" : "The recording failed";
}
