/**
 * The last part of a container's cgroup path, by runtime: Docker `/docker/ID` or `docker-ID.scope`, containerd under Kubernetes
 * `/kubepods/.../ID` or `cri-containerd-ID.scope`, its unexpanded form `...:cri-containerd:ID`, CRI-O `crio-ID.scope`,
 * Podman `libpod-ID.scope`, nerdctl `nerdctl-ID.scope`. Monitors (`crio-conmon-ID`, `libpod-conmon-ID`) are not of the container.
 */
const CONTAINER = /^(?:(?:docker|cri-containerd|crio|libpod|nerdctl)-)?([0-9a-f]{64})(?:\.scope)?$/;
const UNEXPANDED = /:cri-containerd:([0-9a-f]{64})$/;

/**
 * The container of a process, by the text of its /proc/PID/cgroup. The innermost container wins.
 * @returns its id, 64 hex digits; empty: in none
 */
export function containerOfCgroup(text: string): string {
	for (const line of text.split("\n")) {
		const path = line.split(":").slice(2).join(":");
		for (const part of path.split("/").reverse()) {
			const id = CONTAINER.exec(part)?.[1] ?? UNEXPANDED.exec(part)?.[1];
			if (id !== undefined) return id;
		}
	}
	return "";
}
