import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { describe, test } from "node:test";
import { endProcess } from "../../embedded/process-id.ts";
import { ownName, ownProcesses, startProcess } from "./ownership.ts";

const nothing = { environ: "", cgroup: "", comm: "" };

describe("whose process is it", () => {
	test("one that carries the cluster's mark, under the name in the mark", () => {
		const environ = "PATH=/bin\0FURNACE_TEST_CLUSTER_PROCESS=kube-controller-manager\0";
		assert.equal(ownName({ ...nothing, environ, comm: "kube-controller\n" }), "kube-controller-manager");
	});

	test("one that inherited the mark goes by its command: a shim is no containerd", () => {
		const environ = "FURNACE_TEST_CLUSTER_PROCESS=containerd\0";
		assert.equal(ownName({ ...nothing, environ, comm: "containerd-shim\n" }), "containerd-shim");
	});

	test("one in a control group of the cluster, whatever the hierarchy", () => {
		const cgroup = "4:memory:/furnace-test-cluster/kubepods/pod1/a\n0::/\n";
		assert.equal(ownName({ ...nothing, cgroup }), "container");
		assert.equal(ownName({ ...nothing, cgroup: "0::/furnace-test-cluster/kubepods/pod1/a\n" }), "container");
	});

	test("nobody else's, however alike", () => {
		assert.equal(ownName({ ...nothing, environ: "X_FURNACE_TEST_CLUSTER_PROCESS=etcd\0" }), undefined);
		assert.equal(ownName({ ...nothing, cgroup: "0::/furnace-test-cluster-2/a\n" }), undefined);
		assert.equal(ownName({ ...nothing, comm: "etcd\n" }), undefined);
	});

	test("a started process is found again by its mark", {
		skip: process.platform !== "linux" && "needs /proc",
	}, async (t) => {
		const folder = mkdtempSync(`${tmpdir()}/furnace-ownership-`);
		t.after(() => rmSync(folder, { recursive: true }));
		const id = startProcess("sleep", ["sleep", "60"], folder, folder);
		t.after(() => endProcess(id, 0));
		// Until it has become `sleep`, it is a copy of this process.
		await t.waitFor(() => {
			const found = ownProcesses().find(({ pid }) => pid === id.pid);
			assert.deepEqual(found, { ...id, name: "sleep" });
		});
	});
});
