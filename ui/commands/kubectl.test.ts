import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { test } from "node:test";
import fc from "fast-check";
import {
	agentLog,
	allowInjection,
	grant,
	labelNamespace,
	labelWorkload,
	restart,
	rightsOf,
} from "./kubectl.ts";
import { commandLine } from "./shell.ts";
import { workloadOf } from "./workload.ts";

const right = { verb: "create", resource: "recordings.furnace.hyperfoil.io", namespace: "shop" };

test("an administrator gives people the edit role to record, the view role to look", () => {
	assert.equal(
		grant({ ...right, user: "jane@shop.example" }),
		"kubectl create rolebinding furnace-edit-jane-shop-example --clusterrole=edit --user=jane@shop.example -n shop",
	);
	assert.equal(
		grant({ ...right, verb: "list", user: "system:serviceaccount:people:jane" }),
		"kubectl create rolebinding furnace-view-system-serviceaccount-people-jane --clusterrole=view --serviceaccount=people:jane -n shop",
	);
});

test("the rights that somebody has are listed", () => {
	assert.equal(
		rightsOf({ ...right, user: "jane@shop.example" }),
		"kubectl auth can-i --list -n shop | grep recordings.furnace.hyperfoil.io",
	);
	assert.equal(
		rightsOf({ ...right, user: "system:serviceaccount:people:jane" }),
		"kubectl auth can-i --list -n shop --as=system:serviceaccount:people:jane | grep recordings.furnace.hyperfoil.io",
	);
});

test("labels go onto the namespace and onto the template of what makes the pods", () => {
	assert.equal(labelNamespace("shop"), "kubectl label namespace shop furnace=enabled");
	const cart = workloadOf({ name: "cart-7d9f8b6c5d-x2x4z" });
	assert.equal(
		labelWorkload("shop", cart),
		`kubectl patch deployment/cart -n shop --type merge -p '{"spec":{"template":{"metadata":{"labels":{"furnace":"enabled"}}}}}'`,
	);
	assert.match(
		allowInjection("shop", { kind: "cronjob", name: "bill", sure: true }),
		/'\{"spec":\{"jobTemplate":\{"spec":\{"template":\{"metadata":\{"annotations":\{"furnace.hyperfoil.io\/inject":null\}/,
	);
	assert.equal(restart("shop", null), "kubectl rollout restart deployment/NAME -n shop");
	assert.equal(agentLog("shop", "cart-1", "furnace"), "kubectl logs cart-1 -n shop -c furnace --tail 50");
});

test("the workload is read from the description, else guessed from the pod's name", () => {
	const named = (name: string, description?: string) => {
		const found = workloadOf({ name, ...(description === undefined ? {} : { description }) });
		return found && `${found.kind}/${found.name}`;
	};
	assert.equal(named("x", "Deployment cart, 2 containers"), "deployment/cart");
	assert.equal(named("x", "DaemonSet/node-agent"), "daemonset/node-agent");
	assert.equal(named("web-shop-58b7c8f6d9-9xk2p"), "deployment/web-shop");
	assert.equal(named("db-0"), "statefulset/db");
	assert.equal(named("busy-loop-alone"), null);
	assert.equal(named("busy-0", "Running"), null, "it stands alone");
	assert.equal(named("web-58b7c8f6d9-9xk2p", "Rollout web, Running"), null);
});

test("nothing in a name is run by the shell that a command is pasted into", () => {
	fc.assert(
		fc.property(fc.string({ unit: "binary", maxLength: 40 }), (name) => {
			const line = commandLine("printf", "%s", `x${name}`);
			const expected = `x${name.replace(/\p{Cc}/gu, "")}`;
			assert.equal(execFileSync("sh", ["-c", line], { encoding: "utf8" }), expected);
		}),
		{ numRuns: 30 },
	);
});
