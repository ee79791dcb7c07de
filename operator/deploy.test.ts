/** Rights and manifests of deploy/: nothing that is not needed, everything that is. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { parseAllDocuments } from "yaml";
import { OBJECTS } from "../contract/names.ts";
import { SERVER_CLUSTER_RULES, SERVER_RULES } from "./objects/access.ts";

interface Rule {
	apiGroups: string[];
	resources: string[];
	resourceNames?: string[];
	verbs: string[];
}
interface Manifest {
	kind: string;
	metadata?: { name: string; namespace?: string; labels?: Record<string, string> };
	rules?: Rule[];
	roleRef?: { kind: string; name: string };
	resources?: string[];
	patches?: { path: string }[];
	spec?: { template?: { spec?: { containers?: { securityContext?: object }[] } } };
}

const DEPLOY = fileURLToPath(new URL("../deploy", import.meta.url));
const files = readdirSync(DEPLOY, { recursive: true, encoding: "utf8" }).filter((name) =>
	name.endsWith(".yaml"),
);
const manifests = new Map(files.map((name) => [name, read(name)]));
const all = [...manifests.values()].flat();
const granted: Manifest[] = [
	...all,
	{ kind: "ClusterRole", metadata: { name: "made for servers" }, rules: SERVER_CLUSTER_RULES },
	{ kind: "Role", metadata: { name: "made for servers" }, rules: SERVER_RULES },
];
const rules = granted.flatMap(({ kind, metadata, rules = [] }) =>
	rules.map((rule) => ({ ...rule, role: `${kind} ${metadata?.name}` })),
);

describe("rights", () => {
	test("no wildcard, no impersonation, no rights to give oneself more, no way to a kubelet", () => {
		assert.ok(rules.length > 30);
		for (const { role, apiGroups, resources, verbs } of rules) {
			for (const word of [...apiGroups, ...resources, ...verbs]) assert.notEqual(word, "*", role);
			for (const verb of ["impersonate", "escalate", "bind", "approve", "sign"])
				assert.ok(!verbs.includes(verb), `${role}: ${verb}`);
			for (const resource of resources)
				assert.doesNotMatch(
					resource,
					/^nodes\/|^pods\/(exec|attach|portforward|proxy)|^serviceaccounts\/token/,
					role,
				);
		}
	});

	test("Secrets only where a Furnace is, and those by name", () => {
		const clusterWide = new Set(
			all.filter(({ kind }) => kind === "ClusterRoleBinding").map(({ roleRef }) => roleRef?.name),
		);
		for (const { kind, metadata, rules: own = [] } of granted)
			for (const { resources, verbs, resourceNames } of own) {
				if (!resources.includes("secrets")) continue;
				assert.ok(
					kind === "Role" || !clusterWide.has(metadata?.name),
					`${metadata?.name} is bound cluster-wide`,
				);
				if (verbs.join() !== "create") assert.ok((resourceNames ?? []).length > 0, metadata?.name);
			}
	});

	test("what it makes it may change only by name", () => {
		for (const { role, resources, verbs, resourceNames } of rules) {
			const changing = verbs.filter((verb) => ["update", "patch", "delete"].includes(verb));
			if (changing.length === 0 || resourceNames !== undefined) continue;
			// proof pods have names of their own, people's recordings are no objects
			const isKnown = ["pods", "furnaces/status", "recordings"].includes(resources.join());
			assert.ok(isKnown, `${role}: ${changing} of any ${resources}`);
		}
	});

	test("the operator holds whatever it grants to servers", () => {
		const held = (role: string) =>
			all.find(({ kind, metadata }) => kind === "ClusterRole" && metadata?.name === role)?.rules ?? [];
		assertHolds(held("furnace-operator"), SERVER_CLUSTER_RULES);
		assertHolds(held("furnace-operator-installation"), SERVER_RULES);
	});

	test("people who may view may look at recordings, those who may edit may also make them", () => {
		const verbsFor = (role: string) =>
			all
				.filter(
					({ metadata }) => metadata?.labels?.[`rbac.authorization.k8s.io/aggregate-to-${role}`] === "true",
				)
				.flatMap(({ rules: own = [] }) => own.flatMap(({ verbs }) => verbs));
		assert.deepEqual(verbsFor("view"), ["get", "list"]);
		assert.deepEqual(verbsFor("edit"), ["create", "delete"]);
		assert.deepEqual(verbsFor("admin"), ["create", "delete"]);
	});
});

describe("manifests", () => {
	test("every file is used by a kustomization or applied by itself", () => {
		const used = new Set(["furnace.yaml", ...[...manifests].flatMap(([name, found]) => usedBy(name, found))]);
		const unused = files.filter((name) => !used.has(name) && !name.endsWith("kustomization.yaml"));
		assert.deepEqual(unused, []);
	});

	test("nothing has a finalizer: deleting must never hang", () => {
		for (const name of files)
			assert.doesNotMatch(readFileSync(join(DEPLOY, name), "utf8"), /finalizers/, name);
	});

	test("the operator runs without privileges", () => {
		const operator = all.find(
			({ kind, metadata }) => kind === "Deployment" && metadata?.name === OBJECTS.operator,
		);
		assert.deepEqual(operator?.spec?.template?.spec?.containers?.[0]?.securityContext, {
			allowPrivilegeEscalation: false,
			readOnlyRootFilesystem: true,
			capabilities: { drop: ["ALL"] },
		});
	});
});

function assertHolds(held: readonly Rule[], wanted: readonly Rule[]): void {
	for (const { apiGroups, resources, verbs, resourceNames } of wanted)
		for (const resource of resources)
			for (const verb of verbs) {
				const isHeld = held.some(
					(rule) =>
						rule.apiGroups.includes(apiGroups[0] as string) &&
						rule.resources.includes(resource) &&
						rule.verbs.includes(verb) &&
						(rule.resourceNames === undefined ||
							resourceNames?.every((name) => rule.resourceNames?.includes(name))),
				);
				assert.ok(isHeld, `${verb} ${resource} ${resourceNames ?? ""}`);
			}
}

function usedBy(name: string, found: readonly Manifest[]): string[] {
	if (!name.endsWith("kustomization.yaml")) return [];
	const places = found.flatMap(({ resources = [], patches = [] }) => [
		...resources,
		...patches.map(({ path }) => path),
	]);
	return places.map((place) => normalize(join(dirname(name), place)));
}

function read(name: string): Manifest[] {
	return parseAllDocuments(readFileSync(join(DEPLOY, name), "utf8")).map((document) => document.toJS());
}
