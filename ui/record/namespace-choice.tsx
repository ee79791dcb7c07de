import { FormGroup, FormSelect, FormSelectOption } from "@patternfly/react-core";

interface NamespaceChoiceProps {
	names: readonly string[];
	chosen: string;
	onChoose: (name: string) => void;
}

export function NamespaceChoice({ names, chosen, onChoose }: NamespaceChoiceProps) {
	// an address may name a namespace that is not in the list (any more)
	const all = names.includes(chosen) ? names : [chosen, ...names];
	return (
		<FormGroup label="Namespace" fieldId="namespace" className="furnace-namespace">
			<FormSelect id="namespace" value={chosen} onChange={(_, name) => onChoose(name)}>
				{all.map((name) => (
					<FormSelectOption key={name} value={name} label={name} />
				))}
			</FormSelect>
		</FormGroup>
	);
}
