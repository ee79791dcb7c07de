import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { Condition } from "../../../contract/furnace-resource.ts";
import { OBJECTS } from "../../../contract/names.ts";
import { type Shell, whySkipped } from "../../cluster/shell.ts";
import { eventually } from "../../e2e/furnace.ts";
import { FURNACE_NAMESPACE, install, openInstallation, untilReady } from "../installation.ts";
import { makeNamespace, type TestNamespace } from "../namespaces.ts";
import { FURNACE, readInstallation } from "../settings.ts";

const [KIND = "", NAME = ""] = FURNACE;
const OPERATOR = ["deployment", OBJECTS.operator, "-n", FURNACE_NAMESPACE];
const ABSENT_IMAGE = "localhost/furnace-absent:1";

describe("what a Furnace says of itself", { skip: await whySkipped(), timeout: 900_000 }, () => {
	let shell: Shell;
	let elsewhere: TestNamespace;
	before(async () => {
		shell = await openInstallation();
		await untilReady(shell);
		elsewhere = await makeNamespace(shell, "elsewhere", {
			"pod-security.kubernetes.io/enforce": "privileged",
		});
	});
	after(async () => {
		await shell?.kubectl(["delete", KIND, "other", "-n", elsewhere.name, "--ignore-not-found"]);
		await install(shell);
		await elsewhere?.remove();
	});

	async function condition(type: string, namespace = FURNACE_NAMESPACE, name = NAME): Promise<Condition> {
		const { status } = JSON.parse(
			await shell.kubectl(["get", KIND, name, "-n", namespace, "-o", "json"]),
		) as {
			status: { conditions: Condition[] };
		};
		const found = status.conditions.find((one) => one.type === type);
		if (found === undefined) throw new Error(`no condition ${type}`);
		return found;
	}

	function untilReason(type: string, reason: string, ...place: [string, string] | []): Promise<Condition> {
		return eventually(`${type}: ${reason}`, async () => {
			const found = await condition(type, ...place);
			return found.reason === reason ? found : undefined;
		});
	}

	async function setSidecarImage(image: string): Promise<void> {
		await shell.kubectl(["set", "env", ...OPERATOR, `FURNACE_SIDECAR_IMAGE=${image}`]);
		await shell.kubectl(["rollout", "status", ...OPERATOR, "--timeout=120s"]);
	}

	test("an image that is not there is told in the kubelet's words, and nothing is injected until one starts", async () => {
		const { image: good } = await readInstallation(shell);
		await setSidecarImage(ABSENT_IMAGE);
		const { status, message } = await untilReason("ImageProven", "ImagePullFailed");
		assert.equal(status, "False");
		assert.match(message, new RegExp(`"${ABSENT_IMAGE}" is not present`));
		assert.equal((await untilReason("Ready", "AgentImageUnproven")).status, "False");
		assert.equal((await readInstallation(shell)).imageProven, false);

		await setSidecarImage(good);
		assert.equal((await untilReason("ImageProven", "Proven")).status, "True");
		await eventually("servers are told", async () => (await readInstallation(shell)).imageProven);
		await eventually("no proof pod is left", async () => {
			const selector = "app.kubernetes.io/name=furnace-proof";
			return (
				(await shell.kubectl(["get", "pods", "-n", FURNACE_NAMESPACE, "-l", selector, "-o", "name"])) === ""
			);
		});
	});

	test("a second Furnace is told that there is one, changes nothing, and comes into its own when that one goes", async () => {
		const before = await readInstallation(shell);
		await shell.kubectl(["apply", "-f", "-"], {
			apiVersion: "furnace.hyperfoil.io/v1alpha1",
			kind: "Furnace",
			metadata: { name: "other", namespace: elsewhere.name },
			spec: { replicas: 1, maxDuration: "5m" },
		});
		const told = await untilReason("Ready", "AlreadyInstalled", elsewhere.name, "other");
		assert.match(told.message, new RegExp(`${FURNACE_NAMESPACE}/${NAME} is older`));
		assert.deepEqual(await readInstallation(shell), before);

		await shell.kubectl(["delete", KIND, NAME, "-n", FURNACE_NAMESPACE]);
		const { message } = await untilReason("Ready", "RightsMissing", elsewhere.name, "other");
		const command = /kubectl (create rolebinding .*)$/.exec(message)?.[1];
		assert.ok(command, message);
		await shell.kubectl(command.split(" "));
		await untilReason("Ready", "Installed", elsewhere.name, "other");
		const path = "jsonpath={.webhooks[0].clientConfig.service.namespace}";
		const served = await shell.kubectl(["get", "mutatingwebhookconfiguration", OBJECTS.webhook, "-o", path]);
		assert.equal(served, elsewhere.name);
	});
});
