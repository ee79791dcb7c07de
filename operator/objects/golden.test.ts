/**
 * Every object that is made for a Furnace, as one file for each kind of Furnace in `golden/`.
 * `UPDATE_GOLDEN=1` writes what is made now; read the difference before it is committed.
 */
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { stringify } from "yaml";
import { proofPod } from "../proof/pod.ts";
import { installedWith } from "../testing/furnace.ts";
import { rolesAndBindings, serviceAccounts } from "./access.ts";
import type { Desired, Installed } from "./desired.ts";
import { installation, sidecarResources } from "./installation.ts";
import { NAME_LABEL } from "./labels.ts";
import { networkPolicy, services } from "./network.ts";
import { authoritySecret, tlsSecret } from "./secrets.ts";
import { archiveClaim, deployment, disruptionBudget } from "./server.ts";
import { webhookConfiguration } from "./webhook.ts";

const FOLDER = join(import.meta.dirname, "golden");
const IMAGE = "registry.example/furnace-server:1.0.0";
const AGENT = "registry.example/furnace-sidecar:1.0.0";
const BUNDLE = "PEM of the roots\n";

const CASES: Readonly<Record<string, Installed>> = {
	default: installedWith(),
	capabilities: installedWith({
		replicas: 3,
		sidecar: { ...installedWith().furnace.spec.sidecar, privilege: "capabilities" },
	}),
	volume: installedWith({
		replicas: 1,
		archive: { volumeClaim: { size: "10Gi", accessMode: "ReadWriteOnce", storageClassName: "fast" } },
	}),
};

describe("objects of a Furnace", () => {
	for (const [name, installed] of Object.entries(CASES))
		test(name, () => {
			const text = allOf(installed)
				.map((object) => stringify(object, { lineWidth: 0, aliasDuplicateObjects: false }))
				.join("---\n");
			const path = join(FOLDER, `${name}.yaml`);
			if (process.env.UPDATE_GOLDEN === "1") writeFileSync(path, text);
			assert.equal(text, readFileSync(path, "utf8"));
		});

	test("exactly one Service has the name label of the servers", () => {
		const named = services(installedWith()).filter(
			({ object }) => object.metadata.labels?.[NAME_LABEL] === "furnace-server",
		);
		assert.equal(named.length, 1);
	});

	test("on OpenShift users and groups are left to the namespace", () => {
		const { object } = deployment(installedWith(), { image: IMAGE, usersAssigned: true });
		const { template } = (object as unknown as { spec: { template: { spec: { securityContext: object } } } })
			.spec;
		assert.deepEqual(template.spec.securityContext, {
			runAsNonRoot: true,
			seccompProfile: { type: "RuntimeDefault" },
		});
	});

	test("nothing is owned in a way that holds up a deletion, and nothing has a finalizer", () => {
		const text = JSON.stringify(allOf(CASES.volume as Installed));
		assert.doesNotMatch(text, /blockOwnerDeletion|finalizers/);
	});
});

function allOf(installed: Installed): object[] {
	const resources = sidecarResources(installed.furnace);
	const trial = { image: AGENT, privilege: installed.furnace.spec.sidecar.privilege, resources };
	const since = "2026-11-21T12:00:00.000Z";
	const desired: Desired[] = [
		...serviceAccounts(installed),
		...rolesAndBindings(installed),
		authoritySecret(installed, {
			roots: [{ cert: "PEM\n", key: "PEM\n", introduced: since, promoted: since }],
			rotated: "",
			renewBefore: since,
		}),
		installation(installed, {
			image: AGENT,
			imageProven: true,
			version: "1.0.0",
			caBundle: BUNDLE,
			kubernetes: { major: 1, minor: 34 },
		}),
		webhookConfiguration(installed, BUNDLE),
		tlsSecret(installed, { chain: "PEM of the chain\n", key: "PEM of the key\n", bundle: BUNDLE }),
		...services(installed),
		networkPolicy(installed),
		disruptionBudget(installed),
		...archiveClaim(installed),
		deployment(installed, { image: IMAGE, usersAssigned: false }),
	];
	return [...desired.map(({ object }) => object), proofPod(installed, trial, "amd64")];
}
