import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { DiffDocument } from "../../contract/diff.ts";
import { ProfileFormatError } from "../model.ts";
import { readFolded } from "../read/folded.ts";
import { diffChunks } from "../write/diff.ts";
import { diffProfiles } from "./diff.ts";
import { readDiff } from "./document.ts";

const folded = fc
	.array(
		fc.tuple(fc.array(fc.constantFrom("a", "b", "c"), { minLength: 1 }), fc.integer({ min: 1, max: 99 })),
		{
			minLength: 1,
		},
	)
	.map((stacks) => stacks.map(([names, weight]) => `${names.join(";")} ${weight}\n`).join(""));

async function documentOf(base: string, comparison: string): Promise<DiffDocument> {
	const chunks: Uint8Array[] = [];
	for await (const chunk of diffChunks(diffProfiles(readFolded(base), readFolded(comparison)), "json")) {
		chunks.push(chunk);
	}
	return JSON.parse(Buffer.concat(chunks).toString());
}

test("a difference comes back from its document as it was", async () => {
	await fc.assert(
		fc.asyncProperty(folded, folded, async (base, comparison) => {
			const diff = diffProfiles(readFolded(base), readFolded(comparison));
			assert.deepEqual(readDiff(await documentOf(base, comparison)), diff);
		}),
	);
});

test("a document that does not hang together is refused", async () => {
	const document = await documentOf("a;b 1\n", "a;c 2\n");
	const { nodes } = document;
	for (const wrong of [
		{ parent: nodes.parent.map(() => 7) },
		{ frame: nodes.frame.slice(1) },
		{ base: nodes.base.slice(1) },
		{ comparison: nodes.comparison.map(() => Number.NaN) },
		{ comparison: nodes.comparison.map(() => 0.5) },
	]) {
		assert.throws(() => readDiff({ ...document, nodes: { ...nodes, ...wrong } }), ProfileFormatError);
	}
});
