import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import jsonPatch from "fast-json-patch";
import { createMutator } from "./mutate.ts";
import { SIDECAR_VOLUMES } from "./sidecar.ts";
import { type AnyPod, arbitraryPod } from "./testing/arbitrary-pod.ts";
import { factsWith } from "./testing/facts.ts";
import { type JsonPatchCase, withGo } from "./testing/json-patch-by-go.ts";
import { type Operation, operationsIn, reviewOf } from "./testing/review.ts";

const RUNS = 2000;
const privilege = fc.constantFrom("privileged" as const, "capabilities" as const);
const mutators = {
	privileged: createMutator({ facts: factsWith() }),
	capabilities: createMutator({ facts: factsWith({ privilege: "capabilities" }) }),
};

describe("the patch of any pod that asks", () => {
	test("applies, and a second admission of the result has none", () => {
		eachPod((pod, operations, mutate) => {
			assert.deepEqual(operationsIn(mutate(reviewOf(applied(pod, operations)))), []);
		});
	});

	test("only adds, and taken away again leaves the pod as it was", () => {
		eachPod((pod, operations) => {
			assert.ok(operations.every(({ op }) => op === "add"));
			assert.deepEqual(withoutOurs(applied(pod, operations), pod), pod);
		});
	});

	test("puts the sidecar last of the init containers, with requests and limits, of our image alone", () => {
		eachPod((pod, operations) => {
			const [sidecar] = (applied(pod, operations).spec.initContainers as Sidecar[]).slice(-1);
			assert.equal(sidecar?.name, "furnace");
			assert.equal(sidecar.restartPolicy, "Always");
			assert.equal(sidecar.image, "registry.example/furnace-sidecar:1.2.3");
			for (const amounts of [sidecar.resources.requests, sidecar.resources.limits]) {
				assert.ok(amounts.cpu !== undefined && amounts.memory !== undefined);
			}
		});
	});

	test("is the same for the same pod", () => {
		eachPod((pod, operations, mutate) => {
			assert.deepEqual(operationsIn(mutate(reviewOf(structuredClone(pod)))), operations);
		});
	});

	test("means the same to the JSON Patch engine of API servers", async (t) => {
		const cases: JsonPatchCase[] = [];
		for (const pod of fc.sample(arbitraryPod, 300)) {
			const operations = operationsIn(mutators.privileged(reviewOf(pod)));
			cases.push({ document: pod, patch: operations, expected: applied(pod, operations) });
		}
		const answer = await withGo(cases);
		if (typeof answer === "string") return t.skip(answer);
		assert.deepEqual(answer, []);
	});
});

interface Sidecar {
	name: string;
	image: string;
	restartPolicy: string;
	resources: Record<"requests" | "limits", Record<string, string>>;
}

type Check = (pod: AnyPod, operations: Operation[], mutate: (body: unknown) => string) => void;

function eachPod(check: Check): void {
	const property = fc.property(arbitraryPod, privilege, (pod, mode) => {
		const mutate = mutators[mode];
		const operations = operationsIn(mutate(reviewOf(pod)));
		assert.ok(operations.length >= 3);
		check(pod, operations, mutate);
	});
	fc.assert(property, { numRuns: RUNS });
}

function applied(pod: AnyPod, operations: Operation[]): AnyPod {
	// banPrototypeModifications refuses such keys even where they are plain data
	return jsonPatch.applyPatch(structuredClone(pod), operations, true, true, false).newDocument;
}

/** Undoes what the patch is meant to do, by hand and not by the patch. */
function withoutOurs({ metadata, spec }: AnyPod, original: AnyPod): AnyPod {
	const annotations = { ...(metadata.annotations as object) } as Record<string, unknown>;
	const injected = "furnace.hyperfoil.io/injected";
	const before = original.metadata.annotations as Record<string, unknown> | null | undefined;
	delete annotations[injected];
	if (before?.[injected] !== undefined) annotations[injected] = before[injected];
	const lists = {
		initContainers: (spec.initContainers as { name: string }[]).filter(({ name }) => name !== "furnace"),
		volumes: (spec.volumes as { name: string }[]).filter(({ name }) => !OUR_VOLUMES.has(name)),
	};
	return {
		metadata: restored({ ...metadata, annotations }, original.metadata, ["annotations"]),
		spec: restored({ ...spec, ...lists }, original.spec, [...Object.keys(lists), "shareProcessNamespace"]),
	};
}

const OUR_VOLUMES: ReadonlySet<string> = new Set(Object.values(SIDECAR_VOLUMES));

/** Parents that were not there, or null, become so again. */
function restored(
	fields: Record<string, unknown>,
	original: Record<string, unknown>,
	parents: readonly string[],
): Record<string, unknown> {
	const result = { ...fields };
	for (const parent of parents) {
		if (!(parent in original)) delete result[parent];
		else if (original[parent] === null) result[parent] = null;
	}
	return result;
}
