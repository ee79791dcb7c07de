import { ANNOTATION_INJECTED, NAMESPACE_LABEL } from "../../contract/names.ts";
import type { Connection } from "../../kubernetes/connect.ts";
import { KINDS } from "../../kubernetes/kinds.ts";
import type { Pod } from "../pod.ts";

/** Reading all pods of all namespaces that take part is no small thing. */
const ASK_EVERY_MS = 600_000;
const ENDED = new Set(["Succeeded", "Failed"]);

/** @returns whether pods that were injected before a time still run, asked at most every ten minutes */
export function askForOldPods(
	connection: Pick<Connection, "list">,
	now: () => Date,
): (before: Date) => Promise<boolean> {
	let asked: { readonly at: number; readonly before: number; readonly answer: Promise<boolean> } | undefined;
	return (before) => {
		const at = now().getTime();
		if (asked?.before !== before.getTime() || at - asked.at >= ASK_EVERY_MS)
			asked = { at, before: before.getTime(), answer: oldPodsRun(connection, before) };
		return asked.answer;
	};
}

async function oldPodsRun(connection: Pick<Connection, "list">, before: Date): Promise<boolean> {
	const { key, value } = NAMESPACE_LABEL;
	const namespaces = await connection.list(KINDS.namespace, { labelSelector: `${key}=${value}` });
	for (const { metadata } of namespaces) {
		const pods = await connection.list<Pod>(KINDS.pod, { namespace: metadata.name });
		if (pods.some((pod) => isOld(pod, before))) return true;
	}
	return false;
}

function isOld({ metadata, status }: Pod, before: Date): boolean {
	if (metadata.annotations?.[ANNOTATION_INJECTED] === undefined) return false;
	return (
		!ENDED.has(status?.phase ?? "") && new Date(metadata.creationTimestamp ?? 0).getTime() < before.getTime()
	);
}
