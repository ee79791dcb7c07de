import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { Ajv } from "ajv";
import fc from "fast-check";
import { callTreeOf } from "../call-tree.ts";
import { anyProfile, profileOf } from "../testing/arbitrary-profile.ts";
import { speedscopeChunks } from "./speedscope.ts";

const release = new URL("../../node_modules/speedscope/dist/release/", import.meta.url);
const schemaFile = readdirSync(release).find((name) => name.startsWith("file-format-schema"));

function fileOf(profile: Parameters<typeof callTreeOf>[0], title = "shop") {
	return JSON.parse([...speedscopeChunks(callTreeOf(profile), title)].join(""));
}

test("a file fits speedscope's own schema", () => {
	assert.ok(schemaFile !== undefined);
	const schema = JSON.parse(readFileSync(new URL(schemaFile, release), "utf8"));
	const ajv = new Ajv({ strict: false });
	const fits = (file: unknown): boolean => ajv.validate(schema, file);
	fc.assert(
		fc.property(anyProfile(), fc.string(), (profile, title) => {
			const file = fileOf(profile, title);
			assert.ok(fits(file), ajv.errorsText());
			assert.equal(file.name, title);
		}),
	);
});

test("stacks stand root first, each with its weight", () => {
	const file = fileOf(profileOf({ "main;read": 3, main: 1 }));
	const [{ samples, weights, unit }] = file.profiles;
	const named = samples.map((stack: number[]) =>
		stack.map((frame) => file.shared.frames[frame].name).join(";"),
	);
	assert.deepEqual(Object.fromEntries(named.map((name: string, index: number) => [name, weights[index]])), {
		"main;read": 3,
		main: 1,
	});
	assert.equal(unit, "none");
});
