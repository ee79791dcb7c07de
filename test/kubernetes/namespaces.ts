import { randomBytes } from "node:crypto";
import { NAMESPACE_LABEL } from "../../contract/names.ts";
import type { Shell } from "../cluster/shell.ts";
import { eventually } from "../e2e/furnace.ts";

/** A namespace of a test's own. */
export interface TestNamespace {
	name: string;
	/** Its end is not waited for: pods take their time, and the next test has another namespace. */
	remove(): Promise<void>;
}

/**
 * Makes a namespace and waits until pods can be made in it.
 * @param topic begins its name; the rest is new each time, so that no test meets what another left
 * @param labels besides the one by which it takes part
 */
export async function makeNamespace(
	shell: Shell,
	topic: string,
	labels: Record<string, string> = { [NAMESPACE_LABEL.key]: NAMESPACE_LABEL.value },
): Promise<TestNamespace> {
	const name = `${topic}-${randomBytes(3).toString("hex")}`;
	await shell.kubectl(["create", "-f", "-"], {
		apiVersion: "v1",
		kind: "Namespace",
		metadata: { name, labels },
	});
	await eventually("the namespace's default ServiceAccount", async () => {
		const found = await shell.kubectl(["get", "serviceaccount", "default", "-n", name, "-o", "name"]);
		return found !== "" || undefined;
	});
	return {
		name,
		remove: async () => {
			await shell.kubectl(["delete", "namespace", name, "--wait=false", "--ignore-not-found"]);
		},
	};
}
