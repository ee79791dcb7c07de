import { useQuery, useQueryClient } from "@tanstack/react-query";
import type { ProblemError } from "../../contract/problem.ts";

/** First part of the keys under which refusals are kept. */
export const DENIED = "denied";

/**
 * What the server refused: recording in a namespace, once somebody without that right has tried.
 * @returns the refusal or null; and how to keep or forget it
 */
export function useDenied(namespace: string): [ProblemError | null, (refusal: ProblemError | null) => void] {
	const queries = useQueryClient();
	const queryKey = [DENIED, namespace];
	const { data } = useQuery<ProblemError | null>({
		queryKey,
		queryFn: () => null,
		enabled: false,
		staleTime: Number.POSITIVE_INFINITY,
		gcTime: Number.POSITIVE_INFINITY,
		structuralSharing: false,
	});
	return [data ?? null, (refusal) => queries.setQueryData(queryKey, refusal)];
}
