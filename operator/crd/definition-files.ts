import { stringify } from "yaml";
import { FURNACE_DEFINITION_NAME, furnaceDefinition } from "./furnace-definition.ts";

export const DEFINITION_FOLDER = new URL("../../deploy/crds/", import.meta.url);

const HEADER = "# Made from contract/furnace-resource.ts by `npm run generate`; do not edit.\n";

/** @returns what deploy/crds must hold: text by file name */
export function definitionFiles(): Record<string, string> {
	const definitions = { [`${FURNACE_DEFINITION_NAME}.yaml`]: furnaceDefinition() };
	const files = Object.fromEntries(
		Object.entries(definitions).map(([name, definition]) => [name, HEADER + toYaml(definition)]),
	);
	const kustomization = {
		apiVersion: "kustomize.config.k8s.io/v1beta1",
		kind: "Kustomization",
		resources: Object.keys(definitions),
	};
	return { ...files, "kustomization.yaml": HEADER + toYaml(kustomization) };
}

function toYaml(value: object): string {
	return stringify(value, { lineWidth: 0, aliasDuplicateObjects: false });
}
