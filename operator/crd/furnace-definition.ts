import { FURNACE_KIND, FurnaceResource } from "../../contract/furnace-resource.ts";
import { API_GROUP } from "../../contract/names.ts";
import { structuralSchema } from "./structural-schema.ts";

export const FURNACE_DEFINITION_NAME = `${FURNACE_KIND.plural}.${API_GROUP}`;

function ofCondition(type: string, field: string): string {
	return `.status.conditions[?(@.type=="${type}")].${field}`;
}

const COLUMNS = [
	{ name: "Ready", type: "string", jsonPath: ofCondition("Ready", "status") },
	{ name: "Reason", type: "string", jsonPath: ofCondition("Ready", "reason") },
	{ name: "URL", type: "string", jsonPath: ".status.url" },
	{ name: "Image", type: "string", jsonPath: ofCondition("ImageProven", "reason"), priority: 1 },
	{ name: "Archive", type: "string", jsonPath: ofCondition("ArchiveDurable", "reason"), priority: 1 },
	{ name: "Message", type: "string", jsonPath: ofCondition("Ready", "message"), priority: 1 },
	{ name: "Age", type: "date", jsonPath: ".metadata.creationTimestamp" },
];

/** The CustomResourceDefinition of `Furnace`. */
export function furnaceDefinition(): object {
	const {
		type: _object,
		properties,
		...rest
	} = structuralSchema(FurnaceResource) as {
		type: string;
		properties: object;
	};
	return {
		apiVersion: "apiextensions.k8s.io/v1",
		kind: "CustomResourceDefinition",
		metadata: {
			name: FURNACE_DEFINITION_NAME,
			labels: { "app.kubernetes.io/part-of": "furnace" },
		},
		spec: {
			group: API_GROUP,
			names: { kind: "Furnace", listKind: "FurnaceList", plural: FURNACE_KIND.plural, singular: "furnace" },
			scope: "Namespaced",
			versions: [
				{
					name: "v1alpha1",
					served: true,
					storage: true,
					subresources: { status: {} },
					additionalPrinterColumns: COLUMNS,
					schema: {
						openAPIV3Schema: {
							type: "object",
							...rest,
							properties: {
								apiVersion: { type: "string" },
								kind: { type: "string" },
								metadata: { type: "object" },
								...properties,
							},
						},
					},
				},
			],
		},
	};
}
