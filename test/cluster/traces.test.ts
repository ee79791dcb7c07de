import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { cgroupMounts, clusterMounts, describeTraces, podInterfaces } from "./traces.ts";

describe("traces of a cluster", () => {
	test("mounts below its folder, innermost first, and none that only look alike", () => {
		const mounts = [
			"/dev/vda / ext4 rw 0 0",
			"tmpfs /state/cluster/kubelet tmpfs rw 0 0",
			"tmpfs /state/cluster/kubelet/pods/a/volumes tmpfs rw 0 0",
			"tmpfs /state/cluster-of-others/kubelet tmpfs rw 0 0",
			"",
		].join("\n");
		assert.deepEqual(clusterMounts(mounts, "/state/cluster"), [
			"/state/cluster/kubelet/pods/a/volumes",
			"/state/cluster/kubelet",
		]);
	});

	test("the node's ends of pods' cables, and no other veth", () => {
		const links = "7: veth1a@if2: <UP> mtu 1400\n8: vethdocker@if2: <UP> mtu 1500\n";
		const addresses = [
			"1: lo    inet 10.244.0.1/32 scope global lo",
			"7: veth1a    inet 10.244.1.1/32 scope global veth1a",
			"8: vethdocker    inet 172.17.0.1/16 scope global vethdocker",
		].join("\n");
		assert.deepEqual(podInterfaces(links, addresses), ["veth1a"]);
	});

	test("control groups of either version", () => {
		const one = "cgroup /sys/fs/cgroup/cpu cgroup rw,cpu 0 0\ntmpfs /sys/fs/cgroup tmpfs rw 0 0\n";
		assert.deepEqual(cgroupMounts(one), ["/sys/fs/cgroup/cpu"]);
		assert.deepEqual(cgroupMounts("cgroup2 /sys/fs/cgroup cgroup2 rw 0 0\n"), ["/sys/fs/cgroup"]);
	});

	test("are told by kind, and only those there are", () => {
		const none = { processes: [], mounts: [], interfaces: [], iptables: [], cgroups: [], folders: [] };
		assert.deepEqual(describeTraces(none), []);
		assert.deepEqual(describeTraces({ ...none, processes: ["etcd (7)", "kubelet (8)"] }), [
			"processes: etcd (7), kubelet (8)",
		]);
	});
});
