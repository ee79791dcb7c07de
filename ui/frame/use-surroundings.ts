import { useQueryClient } from "@tanstack/react-query";
import type { PodList } from "../../contract/pod.ts";
import { useDemand, useToken } from "../session/current.ts";
import { type Surroundings, surroundingsOf } from "../surroundings.ts";

/** As far as it is known from the pods that were listed so far; where tokens count, it is a cluster. */
export function useSurroundings(): Surroundings {
	const queries = useQueryClient();
	const token = useToken();
	const demand = useDemand();
	if (token !== null || demand !== null) return "cluster";
	const lists = queries.getQueriesData<PodList>({ queryKey: ["pods"] });
	return surroundingsOf(lists.map(([, list]) => list?.items ?? []));
}
