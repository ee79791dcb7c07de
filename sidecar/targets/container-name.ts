import { readFile } from "node:fs/promises";

/**
 * The kubelet mounts a file of its own into each container, `/dev/termination-log`, from
 * `.../pods/<pod UID>/containers/<container>/<some digits>`; mountinfo tells that place.
 */
const TERMINATION_LOG = /\/containers\/([a-z0-9]([-a-z0-9]*[a-z0-9])?)\/[0-9a-f]+ /;

/**
 * The name of the container that a process is in, as its pod calls it.
 * @returns undefined: it is in none of a pod, or the agent may not know
 */
export async function containerNameOf(pid: number): Promise<string | undefined> {
	return containerNameIn(await readFile(`/proc/${pid}/mountinfo`, "utf8").catch(() => ""));
}

/** @param mountinfo text of /proc/PID/mountinfo */
export function containerNameIn(mountinfo: string): string | undefined {
	for (const line of mountinfo.split("\n")) {
		const name = TERMINATION_LOG.exec(line)?.[1];
		if (name !== undefined) return name;
	}
	return undefined;
}
