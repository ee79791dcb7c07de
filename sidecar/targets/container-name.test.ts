import assert from "node:assert/strict";
import { it } from "node:test";
import { containerNameIn } from "./container-name.ts";

const POD = "/var/lib/kubelet/pods/fb804811-7c3e-48ea-a1d2-c49d332f2990";
const mount = (root: string, point: string) =>
	`281 265 254:0 ${root} ${point} rw,relatime - ext4 /dev/vda rw,discard`;

it("finds a container's name where the kubelet mounted its termination log", () => {
	const others = [mount("/", "/"), mount(`${POD}/etc-hosts`, "/etc/hosts")];
	const log = mount(`${POD}/containers/web-1/0b028074`, "/dev/termination-log");
	assert.equal(containerNameIn([...others, log, ""].join("\n")), "web-1");
	// the kubelet's folder may be a file system of its own, and the log's place is the pod's choice
	const elsewhere = mount("/pods/fb804811/containers/app/ffffffff", "/tmp/end");
	assert.equal(containerNameIn(elsewhere), "app");
});

it("takes nothing else for a name", () => {
	for (const root of [
		"/",
		`${POD}/volumes/kubernetes.io~empty-dir/containers/x`,
		`${POD}/containers/UPPER/0b028074`,
		`${POD}/containers/-a/0b028074`,
		`${POD}/containers/a/0b028074/more`,
		"/var/lib/containers/storage/overlay/0b028074",
	]) {
		assert.equal(containerNameIn(mount(root, "/dev/termination-log")), undefined, root);
	}
	assert.equal(containerNameIn(""), undefined);
});
