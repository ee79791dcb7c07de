import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { missingPackages, whyNot } from "./machine.ts";

const machine = { platform: "linux", arch: "x64", uid: 0, status: "CapEff:\t000001ffffffffff\n" };

describe("whether a machine can run the cluster", () => {
	test("a Linux with a full root can", () => {
		assert.equal(whyNot(machine), undefined);
		assert.equal(whyNot({ ...machine, arch: "arm64" }), undefined);
	});

	test("any other says why, in one line", () => {
		const reasons = [
			whyNot({ ...machine, platform: "darwin", uid: 501, status: "" }),
			whyNot({ ...machine, arch: "riscv64" }),
			whyNot({ ...machine, uid: 1000 }),
			whyNot({ ...machine, status: "CapEff:\t00000000a80425fb\n" }),
		];
		assert.match(reasons[0] ?? "", /Linux only/);
		assert.match(reasons[1] ?? "", /x64 and arm64/);
		assert.match(reasons[2] ?? "", /root/);
		assert.match(reasons[3] ?? "", /NET_ADMIN, SYS_PTRACE, SYS_ADMIN/);
		for (const reason of reasons) assert.doesNotMatch(reason ?? "\n", /\n/);
	});

	test("names each missing package once", () => {
		const wanted = { ctr: "containerd", containerd: "containerd", ip: "iproute2" };
		assert.deepEqual(
			missingPackages(wanted, (command) => command === "ip"),
			["containerd"],
		);
	});
});
