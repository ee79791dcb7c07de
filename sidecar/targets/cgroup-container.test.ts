import assert from "node:assert/strict";
import { it } from "node:test";
import { containerOfCgroup } from "./cgroup-container.ts";

const ID = "0123456789abcdef".repeat(4);
const OTHER = "fedcba9876543210".repeat(4);

it("finds the container in the cgroup paths of every runtime", () => {
	for (const path of [
		`/docker/${ID}`,
		`/system.slice/docker-${ID}.scope`,
		`/kubepods/besteffort/pod1b2c/${ID}`,
		`/kubepods.slice/kubepods-pod1.slice/cri-containerd-${ID}.scope`,
		`/system.slice/containerd.service/kubepods-besteffort-pod1:cri-containerd:${ID}`,
		`/kubepods.slice/kubepods-pod1.slice/crio-${ID}.scope`,
		`/machine.slice/libpod-${ID}.scope/container`,
		`/system.slice/nerdctl-${ID}.scope`,
		`/docker/${OTHER}/docker/${ID}`,
	]) {
		assert.equal(containerOfCgroup(`0::${path}\n`), ID, path);
		assert.equal(containerOfCgroup(`4:cpu:/\n3:memory:${path}\n`), ID, path);
	}
});

it("takes monitors, services and short ids for no containers", () => {
	for (const path of [
		"/",
		"/user.slice/user-0.slice",
		`/crio-conmon-${ID}.scope`,
		`/libpod-conmon-${ID}.scope`,
	]) {
		assert.equal(containerOfCgroup(`0::${path}`), "", path);
	}
	assert.equal(containerOfCgroup(""), "");
	assert.equal(containerOfCgroup("4:memory:/process_api/b66a7d7187b150ac5f82d005015a7dd7"), "");
});
