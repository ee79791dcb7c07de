import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { EXIT } from "./outcomes.ts";
import { openShell } from "./shell.ts";

describe("the cluster's command line", () => {
	test("tells how it is used", async () => {
		await assert.rejects(openShell().cluster("fly"), /ended with 2\nUsage: npm run cluster -- COMMAND/);
		assert.equal(await openShell().exitCodeOf(), EXIT.usage);
	});

	test("with another cluster that is not there, says so and ends with the code for skipping", async () => {
		const shell = openShell({ ...process.env, FURNACE_TEST_KUBECONFIG: "/nowhere/kubeconfig" });
		await assert.rejects(shell.cluster("up"), /ended with 69\nFURNACE_TEST_KUBECONFIG names \/nowhere/);
		assert.equal(await shell.exitCodeOf("down"), EXIT.cannotRun);
		assert.match(await shell.cluster("env"), /^export KUBECONFIG='\/nowhere\/kubeconfig'$/m);
	});

	test("with another cluster, load says how", async () => {
		const shell = openShell({ ...process.env, FURNACE_TEST_KUBECONFIG: "/nowhere/kubeconfig" });
		await assert.rejects(shell.cluster("load", "localhost/a:1"), /kind load image-archive/);
	});
});
