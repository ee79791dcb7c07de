import { existsSync } from "node:fs";
import { findCommand, run } from "./commands.ts";
import { CannotRunError, progress } from "./outcomes.ts";

/** Another cluster, named by FURNACE_TEST_KUBECONFIG, is used as it is: never started, stopped or changed. */
export async function checkGivenCluster(kubeconfig: string): Promise<void> {
	if (!existsSync(kubeconfig))
		throw new CannotRunError(`FURNACE_TEST_KUBECONFIG names ${kubeconfig}, which is not there`);
	if (findCommand("kubectl") === undefined) {
		throw new CannotRunError(
			"FURNACE_TEST_KUBECONFIG is set, and kubectl, which asks that cluster, is not on PATH",
		);
	}
	const args = ["--kubeconfig", kubeconfig, "--request-timeout=10s", "get", "nodes", "--output=name"];
	const nodes = await run("kubectl", args, { timeoutMs: 20_000 }).catch((cause) => {
		throw new CannotRunError(`the cluster of ${kubeconfig} does not answer: ${cause.message}`, { cause });
	});
	progress(`the cluster of ${kubeconfig} answers: ${nodes.trim().split("\n").join(", ")}`);
}

/** How images get into a cluster that is not ours. */
export function howToLoad(images: string[]): string {
	const names = images.join(" ");
	return [
		"FURNACE_TEST_KUBECONFIG names another cluster; load the images into it with its own tool, such as:",
		`  kind:             for i in ${names}; do podman save $i -o /tmp/image.tar && kind load image-archive /tmp/image.tar; done`,
		`  minikube:         for i in ${names}; do podman save $i -o /tmp/image.tar && minikube image load /tmp/image.tar; done`,
		"  OpenShift Local:  podman push each to the cluster's own registry (oc registry info)",
	].join("\n");
}
