import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { InjectionConfiguration } from "./facts.ts";
import { shapeOf } from "./patch.ts";
import { createPatches } from "./patches.ts";
import { readPod } from "./pod.ts";
import { ConfigurationError, checkConfiguration } from "./self-check.ts";
import { CONFIGURATION } from "./testing/facts.ts";

describe("the check of a configuration", () => {
	test("passes a good one in both privilege modes", () => {
		checkConfiguration(CONFIGURATION);
		checkConfiguration({ ...CONFIGURATION, privilege: "capabilities" });
	});

	const amount = { cpu: "1", memory: "1Gi" };
	const faults: Record<string, Partial<InjectionConfiguration>> = {
		"an empty image": { image: " " },
		"an image with a space": { image: "a b" },
		"no version": { version: "" },
		"an address that is none": { serverUrl: "furnace-server" },
		"a root that is none": { ca: "-----BEGIN CERTIFICATE-----\nx\n-----END CERTIFICATE-----" },
		"an amount that is none": {
			resources: { requests: { ...amount, cpu: "" }, limits: amount, guaranteed: amount },
		},
		"a request above its limit": {
			resources: { requests: { ...amount, cpu: "1001m" }, limits: amount, guaranteed: amount },
		},
	};
	for (const [what, change] of Object.entries(faults)) {
		test(`refuses ${what}, at once and again`, () => {
			const configuration = { ...CONFIGURATION, ...change };
			assert.throws(() => checkConfiguration(configuration), ConfigurationError);
			const patches = createPatches();
			const shape = shapeOf(readPod({ spec: { containers: [] } }));
			assert.throws(() => patches(configuration, shape), ConfigurationError);
			assert.throws(() => patches(configuration, shape), ConfigurationError);
		});
	}
});

describe("prepared patches", () => {
	test("are made once for a shape, and again for a configuration that changed", () => {
		const patches = createPatches();
		const shape = shapeOf(readPod({ spec: { containers: [] } }));
		const first = patches(CONFIGURATION, shape);
		assert.equal(patches(CONFIGURATION, { ...shape }), first);
		assert.notEqual(patches({ ...CONFIGURATION, version: "9" }, shape), first);
		assert.notEqual(patches(CONFIGURATION, { ...shape, guaranteed: true }), first);
	});

	test("tell pull secrets apart, many and long ones as well", () => {
		const patches = createPatches();
		const shape = shapeOf(readPod({ spec: { containers: [] } }));
		const withSecrets = (...pullSecrets: string[]) => patches(CONFIGURATION, { ...shape, pullSecrets });
		const made = Array.from({ length: 1000 }, (_, index) =>
			withSecrets(`secret-${index}`, "x".repeat(index)),
		);
		assert.equal(new Set(made).size, 1000);
		assert.equal(withSecrets("secret-7", "x".repeat(7)), made[7]);
	});
});
