import {
	ExpandableSection,
	FormGroup,
	FormHelperText,
	FormSelect,
	FormSelectOption,
	HelperText,
	HelperTextItem,
	Radio,
	TextInput,
} from "@patternfly/react-core";
import { useState } from "react";
import { CALL_GRAPHS, type CallGraph, EVENTS } from "../../contract/recording.ts";
import { LIMITS, type OptionErrors, type RecordingOptions } from "./options.ts";

interface OptionsFormProps {
	options: RecordingOptions;
	errors: OptionErrors;
	onChange: (options: RecordingOptions) => void;
}

export function OptionsForm({ options, errors, onChange }: OptionsFormProps) {
	const set = (change: Partial<RecordingOptions>) => onChange({ ...options, ...change });
	const [open, setOpen] = useState(false);
	return (
		<>
			<FormGroup role="radiogroup" label="How long" fieldId="how-long" isStack>
				<Radio
					id="until-stopped"
					name="how-long"
					label="Until I stop it"
					isChecked={!options.timed}
					onChange={() => set({ timed: false })}
				/>
				<Radio
					id="timed"
					name="how-long"
					label="For a number of seconds"
					isChecked={options.timed}
					onChange={() => set({ timed: true })}
				/>
				{options.timed ? (
					<NumberField
						id="seconds"
						label="Seconds"
						value={options.seconds}
						limits={LIMITS.seconds}
						error={errors.seconds}
						onChange={(seconds) => set({ seconds })}
					/>
				) : null}
			</FormGroup>
			<ExpandableSection
				toggleText="More options"
				isExpanded={open || errors.frequency !== undefined}
				onToggle={(_, expanded) => setOpen(expanded)}
				isIndented
			>
				<MoreOptions options={options} errors={errors} onChange={onChange} />
			</ExpandableSection>
		</>
	);
}

const CALL_GRAPH_WORDS: Record<CallGraph, string> = {
	fp: "Frame pointers (cheap, for most programs)",
	dwarf: "DWARF (any C or C++ program, costs more)",
	lbr: "LBR (Intel processors, short stacks)",
};

const EVENT_WORDS: Record<RecordingOptions["event"], string> = {
	"cpu-clock": "CPU time (works everywhere)",
	cycles: "CPU cycles (hardware counter)",
	"task-clock": "CPU time by the scheduler's clock",
	"page-faults": "Page faults",
	"context-switches": "Context switches",
};

function MoreOptions({ options, errors, onChange }: OptionsFormProps) {
	const set = (change: Partial<RecordingOptions>) => onChange({ ...options, ...change });
	return (
		<div className="furnace-more-options">
			<FormGroup label="Samples a second" fieldId="frequency">
				<NumberField
					id="frequency"
					label="Samples a second"
					value={options.frequency}
					limits={LIMITS.frequency}
					error={errors.frequency}
					onChange={(frequency) => set({ frequency })}
				/>
			</FormGroup>
			<FormGroup label="Call graph" fieldId="call-graph">
				<FormSelect
					id="call-graph"
					value={options.callGraph}
					onChange={(_, callGraph) => set({ callGraph: callGraph as CallGraph })}
				>
					{CALL_GRAPHS.map((name) => (
						<FormSelectOption key={name} value={name} label={CALL_GRAPH_WORDS[name]} />
					))}
				</FormSelect>
				<Note>How callers are found. Try DWARF when they are missing.</Note>
			</FormGroup>
			<FormGroup label="Event" fieldId="event">
				<FormSelect
					id="event"
					value={options.event}
					onChange={(_, event) => set({ event: event as RecordingOptions["event"] })}
				>
					{EVENTS.map((name) => (
						<FormSelectOption key={name} value={name} label={EVENT_WORDS[name]} />
					))}
				</FormSelect>
				<Note>What a sample is taken of: CPU time shows what keeps a processor busy.</Note>
			</FormGroup>
		</div>
	);
}

function Note({ children }: { children: string }) {
	return (
		<FormHelperText>
			<HelperText>
				<HelperTextItem>{children}</HelperTextItem>
			</HelperText>
		</FormHelperText>
	);
}

interface NumberFieldProps {
	id: string;
	label: string;
	value: string;
	limits: { minimum: number; maximum: number };
	error: string | undefined;
	onChange: (value: string) => void;
}

function NumberField({ id, label, value, limits, error, onChange }: NumberFieldProps) {
	const note = `${id}-note`;
	return (
		<>
			<TextInput
				id={id}
				type="number"
				inputMode="numeric"
				aria-label={label}
				aria-describedby={note}
				min={limits.minimum}
				max={limits.maximum}
				value={value}
				validated={error ? "error" : "default"}
				onChange={(_, text) => onChange(text)}
				className="furnace-number"
			/>
			<FormHelperText>
				<HelperText id={note}>
					<HelperTextItem variant={error ? "error" : "default"}>
						{error ?? `${limits.minimum} to ${limits.maximum}`}
					</HelperTextItem>
				</HelperText>
			</FormHelperText>
		</>
	);
}
