import type { Shell } from "../cluster/shell.ts";
import { apply } from "./workloads.ts";

/** Somebody with a token of the API server's own, as people have one. */
export interface Person {
	name: string;
	token: string;
}

/**
 * Makes a ServiceAccount and a token for it.
 * @param role a ClusterRole such as `view` or `edit`, in this namespace only; absent: no rights at all
 */
export async function makePerson(
	shell: Shell,
	namespace: string,
	name: string,
	role?: string,
): Promise<Person> {
	const metadata = { name, namespace };
	await apply(shell, { apiVersion: "v1", kind: "ServiceAccount", metadata });
	if (role !== undefined) {
		await apply(shell, {
			apiVersion: "rbac.authorization.k8s.io/v1",
			kind: "RoleBinding",
			metadata,
			roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: role },
			subjects: [{ kind: "ServiceAccount", name, namespace }],
		});
	}
	return { name, token: await tokenOf(shell, namespace, name) };
}

/** @param options of `kubectl create token`, such as `--audience=furnace` */
export async function tokenOf(
	shell: Shell,
	namespace: string,
	account: string,
	...options: string[]
): Promise<string> {
	return (await shell.kubectl(["create", "token", account, "-n", namespace, ...options])).trim();
}
