import { Alert, AlertActionLink } from "@patternfly/react-core";
import { describeFailure } from "../failure.ts";
import { CopyLines } from "./copy-line.tsx";
import { useSurroundings } from "./use-surroundings.ts";

interface FailureAlertProps {
	error: unknown;
	onRetry?: () => void;
	/** what the page does about it by itself */
	note?: string;
	variant?: "danger" | "warning";
}

/** What went wrong, in this case, and what to do; announced to screen readers. */
export function FailureAlert({ error, onRetry, note, variant = "danger" }: FailureAlertProps) {
	const { title, detail, nextStep, fields, commands = [] } = describeFailure(error, useSurroundings());
	return (
		<div role={variant === "danger" ? "alert" : "status"}>
			<Alert
				variant={variant}
				isInline
				title={title}
				component="h2"
				actionLinks={onRetry ? <AlertActionLink onClick={onRetry}>Try again</AlertActionLink> : undefined}
			>
				{detail === undefined ? null : <p>{detail}</p>}
				{fields.length === 0 ? null : (
					<ul>
						{fields.map(({ field, message }) => (
							<li key={field}>
								<code>{field}</code> {message}
							</li>
						))}
					</ul>
				)}
				<p>{nextStep}</p>
				<CopyLines lines={commands} />
				{note === undefined ? null : <p>{note}</p>}
			</Alert>
		</div>
	);
}
