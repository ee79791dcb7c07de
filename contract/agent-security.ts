import type { PrivilegeMode } from "./agent-environment.ts";

/** perf's own needs, files of other users below /proc/PID/root, and ring buffers beyond what one user may lock. */
const CAPABILITIES = ["PERFMON", "SYS_PTRACE", "SYSLOG", "DAC_READ_SEARCH", "IPC_LOCK"];

/**
 * The security context of every container that runs the agent: the webhook injects it, the operator proves with it.
 * Says everything that the pod's own security context would else decide: that one is made for the application.
 */
export function agentSecurityContext(privilege: PrivilegeMode): object {
	const user = { runAsUser: 0, runAsGroup: 0, runAsNonRoot: false };
	if (privilege === "privileged") return { ...user, privileged: true };
	return {
		...user,
		privileged: false,
		allowPrivilegeEscalation: false,
		capabilities: { drop: ["ALL"], add: CAPABILITIES },
		// the default profile of older runtimes refuses perf_event_open whatever the capabilities
		seccompProfile: { type: "Unconfined" },
	};
}
