/**
 * Pairs of files in `golden/`: NAME.yaml is a pod as it is created (before it, if anything differs, the facts of its
 * cluster as a document of their own), NAME.patched.yaml the pod as it is stored, NAME.skipped.yaml why it stays as it is.
 * `UPDATE_GOLDEN=1` writes what is made now; read the difference before it is committed.
 */
import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import jsonPatch from "fast-json-patch";
import { parse, parseAllDocuments, stringify } from "yaml";
import type {
	InjectionConfiguration,
	InjectionFacts,
	LimitRangeFacts,
	NamespaceFacts,
	QuotaFacts,
} from "./facts.ts";
import { createMutator } from "./mutate.ts";
import { readPod } from "./pod.ts";
import { skipOf } from "./rules.ts";
import { factsWith } from "./testing/facts.ts";
import { operationsIn, reviewOf } from "./testing/review.ts";

const FOLDER = join(import.meta.dirname, "golden");
const UPDATE = process.env.UPDATE_GOLDEN === "1";

interface ClusterFacts {
	configuration?: Partial<InjectionConfiguration>;
	namespace?: NamespaceFacts;
	quotas?: QuotaFacts[];
	limitRanges?: LimitRangeFacts[];
	refusal?: string;
}

const names = readdirSync(FOLDER)
	.filter((file) => /^[a-z-]+\.yaml$/.test(file))
	.map((file) => file.slice(0, -".yaml".length));

describe("golden pods", () => {
	for (const name of names) {
		test(name, () => {
			const { pod, facts } = readCase(name);
			const operations = operationsIn(createMutator({ facts })(reviewOf(pod)));
			if (operations.length === 0) {
				check(name, "skipped", skipOf(readPod(pod), "shop", facts));
				return;
			}
			const patched = jsonPatch.applyPatch(structuredClone(pod), operations, true).newDocument;
			check(name, "patched", patched);
			assert.deepEqual(operationsIn(createMutator({ facts })(reviewOf(patched))), [], "a second admission");
		});
	}
});

function readCase(name: string): { pod: object; facts: InjectionFacts } {
	const documents = parseAllDocuments(readFileSync(join(FOLDER, `${name}.yaml`), "utf8"));
	// through JSON, as a pod comes: `__proto__` is a name like any other there
	const [pod, cluster] = documents.map((document) => JSON.parse(JSON.stringify(document.toJS()))).reverse();
	const { configuration, namespace, quotas, limitRanges, refusal }: ClusterFacts = cluster ?? {};
	const facts = factsWith(configuration, {
		namespace: () => namespace,
		quotas: () => quotas ?? [],
		limitRanges: () => limitRanges ?? [],
		refusal: () => refusal,
	});
	return { pod, facts };
}

function check(name: string, kind: "patched" | "skipped", actual: unknown): void {
	const path = join(FOLDER, `${name}.${kind}.yaml`);
	if (UPDATE) {
		for (const other of ["patched", "skipped"])
			rmSync(join(FOLDER, `${name}.${other}.yaml`), { force: true });
		writeFileSync(path, stringify(actual, { lineWidth: 0, aliasDuplicateObjects: false }));
	}
	assert.ok(existsSync(path), `${name} was ${kind}, which is not what its golden file says`);
	assert.deepEqual(JSON.parse(JSON.stringify(actual)), parse(readFileSync(path, "utf8")));
}
