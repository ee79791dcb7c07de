import { ProblemError } from "../../contract/problem.ts";
import { KubernetesError } from "../../kubernetes/cluster.ts";

/** Why the API server could not be asked: never a refusal of the caller, who may well be allowed. */
function apiProblem(cause: unknown): ProblemError {
	if (cause instanceof ProblemError) return cause;
	const refused = cause instanceof KubernetesError && cause.status === 403;
	const detail = refused ? "Furnace itself may not ask it: its ClusterRole is missing a rule." : undefined;
	return new ProblemError("cluster-unavailable", detail, { cause });
}

/** @throws ProblemError `cluster-unavailable` for whatever the call throws */
export async function askingApi<T>(call: () => Promise<T>): Promise<T> {
	try {
		return await call();
	} catch (error) {
		throw apiProblem(error);
	}
}
