/** A JSON Schema as TypeBox makes it. */
interface JsonSchema {
	readonly [keyword: string]: unknown;
	readonly properties?: Readonly<Record<string, JsonSchema>>;
	readonly required?: readonly string[];
	readonly items?: JsonSchema;
}

/** What a CRD's structural schema may not have, or gives another meaning. */
const DROPPED = new Set(["$id", "additionalProperties", "required", "properties", "items"]);
/** What this converter would turn into a schema that the API server refuses or, worse, that means something else. */
const REFUSED = ["$ref", "oneOf", "allOf", "const", "patternProperties", "not"];

/**
 * A schema as CustomResourceDefinitions want it: what has a default need not be given, and unknown fields are pruned
 * instead of refused.
 * @throws Error it has a keyword that structural schemas do not know
 */
export function structuralSchema(schema: object, path = "$"): Record<string, unknown> {
	const { properties, required = [], items, ...rest } = schema as JsonSchema;
	for (const keyword of REFUSED)
		if (keyword in rest) throw new Error(`${path}: ${keyword} has no place in a structural schema`);
	const kept = Object.entries(rest).filter(([keyword]) => !DROPPED.has(keyword));
	return {
		...Object.fromEntries(kept),
		...(items === undefined ? {} : { items: structuralSchema(items, `${path}[]`) }),
		...(properties === undefined ? {} : convertProperties(properties, required, path)),
	};
}

function convertProperties(
	properties: Readonly<Record<string, JsonSchema>>,
	required: readonly string[],
	path: string,
): object {
	const entries = Object.entries(properties);
	const demanded = entries
		.filter(([name, { default: byDefault }]) => required.includes(name) && byDefault === undefined)
		.map(([name]) => name);
	return {
		...(demanded.length === 0 ? {} : { required: demanded }),
		properties: Object.fromEntries(
			entries.map(([name, schema]) => [name, structuralSchema(schema, `${path}.${name}`)]),
		),
	};
}
