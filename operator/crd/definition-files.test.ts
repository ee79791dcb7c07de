import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { DEFINITION_FOLDER, definitionFiles } from "./definition-files.ts";
import { structuralSchema } from "./structural-schema.ts";

describe("deploy/crds", () => {
	test("is what `npm run generate` makes of the schemas", () => {
		const folder = fileURLToPath(DEFINITION_FOLDER);
		const there = Object.fromEntries(
			readdirSync(folder).map((name) => [name, readFileSync(`${folder}/${name}`, "utf8")]),
		);
		assert.deepEqual(there, definitionFiles());
	});
});

describe("structuralSchema", () => {
	test("what has a default need not be given; unknown fields are pruned, not refused", () => {
		const schema = {
			type: "object",
			additionalProperties: false,
			required: ["given", "byDefault"],
			properties: {
				given: { type: "string", $id: "Given" },
				byDefault: { type: "array", default: [], items: { type: "object", additionalProperties: true } },
			},
		};
		assert.deepEqual(structuralSchema(schema), {
			type: "object",
			required: ["given"],
			properties: {
				given: { type: "string" },
				byDefault: { type: "array", default: [], items: { type: "object" } },
			},
		});
	});

	test("a field may be called like a keyword", () => {
		const schema = { type: "object", properties: { items: { type: "string" }, const: { type: "string" } } };
		assert.deepEqual(structuralSchema(schema), schema);
	});

	test("refuses what would mean something else, and says where", () => {
		const schema = { type: "object", properties: { choice: { oneOf: [{ type: "string" }] } } };
		assert.throws(() => structuralSchema(schema), /\$\.choice: oneOf/);
	});
});
