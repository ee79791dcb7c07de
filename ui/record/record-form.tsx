import { Button, Form } from "@patternfly/react-core";
import { type RefObject, useEffect, useRef } from "react";
import type { ProfilerName } from "../../contract/recording.ts";
import type { Target } from "../../contract/target.ts";
import { FailureAlert } from "../frame/failure-alert.tsx";
import type { RecordChoice } from "../navigation.ts";
import { checkOptions, type RecordingOptions } from "./options.ts";
import { OptionsForm } from "./options-form.tsx";
import { RecordIcon } from "./record-icon.tsx";
import { chooseProfiler } from "./support.ts";
import { SupportNote } from "./support-note.tsx";
import { isChosen, TargetChoice } from "./target-choice.tsx";

interface RecordFormProps {
	targets: readonly Target[];
	choice: RecordChoice;
	local: boolean;
	onChoose: (part: Pick<RecordChoice, "pid" | "container">) => void;
	options: RecordingOptions;
	onOptions: (options: RecordingOptions) => void;
	starting: boolean;
	failure: unknown;
	/** why the caller may not record here, once that is known */
	denied: unknown;
	/** the right may have been given since */
	onTryAgain: () => void;
	onRecord: (profiler: ProfilerName) => void;
}

export function RecordForm(props: RecordFormProps) {
	const { targets, choice, options, starting, failure, denied, onRecord } = props;
	const wholePod = choice.pid === undefined && choice.container === undefined;
	const chosen = wholePod ? targets : targets.filter((target) => isChosen(target, choice));
	const { profiler, support } = chooseProfiler(chosen);
	const errors = checkOptions(options);
	const news = useNews(denied);
	const gone = !wholePod && chosen.length === 0;
	const ready = Object.keys(errors).length === 0 && support?.available !== false && !gone && denied === null;
	return (
		<Form
			onSubmit={(event) => {
				event.preventDefault();
				if (ready && !starting) onRecord(profiler);
			}}
		>
			{denied === null ? null : (
				<div id="record-denied" ref={news}>
					<FailureAlert error={denied} variant="warning" onRetry={props.onTryAgain} />
				</div>
			)}
			<TargetChoice targets={targets} chosen={choice} local={props.local} onChoose={props.onChoose} />
			{gone ? (
				<p className="furnace-none" role="status">
					The process that was chosen (PID {choice.pid ?? choice.container}) has ended. Choose another one.
				</p>
			) : null}
			{support ? <SupportNote support={support} /> : null}
			<OptionsForm options={options} errors={errors} onChange={props.onOptions} />
			{failure ? <FailureAlert error={failure} /> : null}
			<div className="furnace-record-bar">
				<Button
					type="submit"
					size="lg"
					icon={<RecordIcon />}
					isDisabled={!ready || starting}
					aria-describedby={denied === null ? undefined : "record-denied"}
					isLoading={starting}
				>
					{starting ? "Starting…" : "Record"}
				</Button>
			</div>
		</Form>
	);
}

/** What comes after a click is brought into sight; what was known before stays where it is. */
function useNews(content: unknown): RefObject<HTMLDivElement | null> {
	const element = useRef<HTMLDivElement>(null);
	const known = useRef(content);
	useEffect(() => {
		if (content !== null && content !== known.current) element.current?.scrollIntoView({ block: "nearest" });
		known.current = content;
	}, [content]);
	return element;
}
