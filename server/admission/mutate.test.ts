import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { setImmediate as turn } from "node:timers/promises";
import fc from "fast-check";
import { type AdmissionOutcome, createMutator, type MutatorOptions, type SkipFact } from "./mutate.ts";
import { factsWith } from "./testing/facts.ts";
import { operationsIn, responseIn, reviewOf } from "./testing/review.ts";

const ASKING = { name: "app", labels: { furnace: "enabled" } };
const POD = { metadata: ASKING, spec: { containers: [{ name: "app", image: "app" }] } };

function failing(): never {
	throw new Error("broken");
}

function logOf(lines: string[]): NonNullable<MutatorOptions["log"]> {
	return {
		info: (_fields, message) => lines.push(message),
		error: (_fields, message) => lines.push(message),
	};
}

function observed() {
	const facts: SkipFact[] = [];
	const outcomes: AdmissionOutcome[] = [];
	const mutate = createMutator({
		facts: factsWith(),
		onSkip: (fact) => facts.push(fact),
		count: (outcome) => outcomes.push(outcome),
	});
	return { mutate, facts, outcomes };
}

describe("own faults", () => {
	const broken: Record<string, Partial<MutatorOptions>> = {
		configuration: { facts: factsWith({}, { configuration: failing }) },
		namespace: { facts: factsWith({}, { namespace: failing }) },
		quotas: { facts: factsWith({}, { quotas: failing }) },
		"limit ranges": { facts: factsWith({}, { limitRanges: failing }) },
		refusal: { facts: factsWith({}, { refusal: failing }) },
		"a configuration that makes bad patches": { facts: factsWith({ ca: "no certificate" }) },
	};
	for (const [what, options] of Object.entries(broken)) {
		test(`${what}: admitted, with its uid, logged and counted`, async () => {
			const outcomes: AdmissionOutcome[] = [];
			const lines: string[] = [];
			const log = logOf(lines);
			const mutate = createMutator({ facts: factsWith(), log, count: (o) => outcomes.push(o), ...options });
			const response = responseIn(mutate(reviewOf(POD, { uid: 'odd"uid\\' })));
			await turn();
			assert.equal(response.uid, 'odd"uid\\');
			assert.equal(response.allowed, true);
			assert.equal(response.patch, undefined);
			assert.deepEqual(outcomes, ["internal-fault"]);
			assert.deepEqual(lines, ["injection failed", "pod not injected"]);
		});
	}

	test("an observer that throws changes no answer", async () => {
		const lines: string[] = [];
		const options = { facts: factsWith(), count: failing, onSkip: failing, log: logOf(lines) };
		const mutate = createMutator(options);
		assert.equal(operationsIn(mutate(reviewOf(POD))).length, 4);
		const hostPid = { ...POD, spec: { ...POD.spec, hostPID: true } };
		assert.equal(responseIn(mutate(reviewOf(hostPid))).allowed, true);
		await turn();
		assert.equal(lines.filter((line) => line === "an observer of admissions failed").length, 3);
	});
});

describe("a pod that asked in vain", () => {
	test("is reported after the answer with code, fix and owner, and its creator is warned", async () => {
		const { mutate, facts, outcomes } = observed();
		const owner = { kind: "ReplicaSet", name: "app-1", uid: "u-1" };
		const ownerReferences = [
			{ kind: "Other", name: "x", uid: "y" },
			{ ...owner, controller: true },
		];
		const metadata = { generateName: "app-1-", labels: ASKING.labels, ownerReferences };
		const ports = [{ containerPort: 8444 }];
		const response = responseIn(
			mutate(reviewOf({ metadata, spec: { containers: [{ name: "admin", ports }] } })),
		);
		assert.deepEqual(facts, [], "not before the answer");
		await turn();
		const [{ message, ...fact } = { message: "" }] = facts;
		assert.deepEqual(fact, { code: "port-conflict", namespace: "shop", generateName: "app-1-", owner });
		assert.match(message, /declares port 8444.*\(admin\) Move the container/);
		assert.deepEqual(outcomes, ["port-conflict"]);
		assert.deepEqual(response.auditAnnotations, { furnace: "port-conflict" });
		assert.match(
			response.warnings?.join(" ") ?? "",
			/^Furnace: A container.*\(admin\) Furnace: Move the container/,
		);
	});

	test("is told nothing when it did not ask, or has its sidecar already", async () => {
		const { mutate, facts, outcomes } = observed();
		assert.equal(responseIn(mutate(reviewOf({ metadata: {}, spec: {} }))).warnings, undefined);
		await turn();
		assert.deepEqual([facts, outcomes], [[], ["not-asked"]]);
	});
});

describe("a configuration that changes", () => {
	test("holds from the next review on", () => {
		const states = [factsWith(), factsWith({ version: "2.0.0", privilege: "capabilities" }), factsWith()];
		let current = 0;
		const facts = factsWith({}, { configuration: () => states[current]?.configuration() });
		const mutate = createMutator({ facts });
		const versions = states.map((_, index) => {
			current = index;
			return operationsIn(mutate(reviewOf(POD)))[0]?.value;
		});
		const annotation = (version: string) => ({ "furnace.hyperfoil.io/injected": version });
		assert.deepEqual(versions, [annotation("1.2.3"), annotation("2.0.0"), annotation("1.2.3")]);
	});
});

describe("whatever is sent", () => {
	const mutate = createMutator({ facts: factsWith() });
	const anything = fc.jsonValue({ maxDepth: 4 });

	test("as a body is refused as no review", () => {
		const check = (body: unknown) => assert.throws(() => mutate(body), { code: "invalid-request" });
		fc.assert(fc.property(anything, check), { numRuns: 1000 });
	});

	test("inside a pod that asks is admitted, or refused as no pod", () => {
		const names = fc.constantFrom(
			...[
				"containers",
				"initContainers",
				"volumes",
				"imagePullSecrets",
				"resources",
				"securityContext",
				"os",
			],
			...["nodeSelector", "hostNetwork", "hostPID", "shareProcessNamespace", "serviceAccountName", "future"],
		);
		const fields = fc.dictionary(names, anything);
		const check = (spec: object, metadata: object) => {
			try {
				const object = { metadata: { ...metadata, labels: ASKING.labels }, spec };
				const { allowed, auditAnnotations } = responseIn(mutate(reviewOf(object)));
				assert.ok(allowed);
				assert.notEqual(auditAnnotations?.furnace, "internal-fault");
			} catch (error) {
				assert.equal((error as { code?: unknown }).code, "invalid-request");
			}
		};
		const metadata = fc.dictionary(fc.constantFrom("annotations", "ownerReferences", "name"), anything);
		fc.assert(fc.property(fields, metadata, check), { numRuns: 3000 });
	});
});
