import type { Pod } from "../../contract/pod.ts";

/** What makes pods of one kind, as kubectl takes it: `deployment/shop`. */
export interface Workload {
	kind: "deployment" | "statefulset" | "daemonset" | "job" | "cronjob" | "pod";
	name: string;
	/** known by the pod's own words, not guessed from its name */
	sure: boolean;
}

const OWNER = /\b(Deployment|StatefulSet|DaemonSet|CronJob|Job)[ /:]+([a-z0-9]([-a-z0-9.]*[a-z0-9])?)/i;
/** A ReplicaSet's pods carry two hashes after the Deployment's name, from letters that spell no words. */
const OF_DEPLOYMENT = /^(.+)-[bcdfghjklmnpqrstvwxz2456789]{6,10}-[bcdfghjklmnpqrstvwxz2456789]{5}$/;
const OF_STATEFULSET = /^(.+)-\d+$/;

/** Who makes this pod: as its description says; without one, as its name suggests. */
export function workloadOf({ name, description }: Pick<Pod, "name" | "description">): Workload | null {
	const [, kind, owner] = OWNER.exec(description ?? "") ?? [];
	if (kind && owner) return { kind: kind.toLowerCase() as Workload["kind"], name: owner, sure: true };
	// it speaks, and of no workload that kubectl restarts
	if (description !== undefined) return null;
	const deployment = OF_DEPLOYMENT.exec(name)?.[1];
	if (deployment) return { kind: "deployment", name: deployment, sure: false };
	const statefulSet = OF_STATEFULSET.exec(name)?.[1];
	if (statefulSet) return { kind: "statefulset", name: statefulSet, sure: false };
	return null;
}

/** `deployment/shop`, or words to be replaced where it is not known. */
export function referenceTo(workload: Workload | null): string {
	return workload === null ? "deployment/NAME" : `${workload.kind}/${workload.name}`;
}
