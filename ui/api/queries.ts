import { QueryClient, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { agentRoutes } from "../../contract/agent-routes.ts";
import type { CallTreeDocument } from "../../contract/call-tree.ts";
import type { DiffDocument } from "../../contract/diff.ts";
import type { Recording, RecordingRequest } from "../../contract/recording.ts";
import { serverRoutes } from "../../contract/server-routes.ts";
import { type CallTree, fromDocument } from "../../profile/call-tree.ts";
import type { ProfileDiff } from "../../profile/diff/diff.ts";
import { readDiff } from "../../profile/diff/document.ts";
import { isPassing } from "../failure.ts";
import { findInArchive, type RecordingAddress } from "./archive.ts";
import { agentOf, server } from "./client.ts";

const POLL = 5_000;

/** What is away for a moment is asked again, ever less often; what is wrong is shown at once. */
export function createQueryClient(): QueryClient {
	return new QueryClient({
		defaultOptions: {
			queries: {
				// loopback answers also when the browser believes to be offline
				networkMode: "always",
				retry: (failures, error) => isPassing(error) && failures < 3,
				retryDelay: (failures) => Math.min(500 * 2 ** failures, 4_000),
				staleTime: 1_000,
			},
			mutations: { networkMode: "always" },
		},
	});
}

export function useNamespaces() {
	return useQuery({
		queryKey: ["namespaces"],
		queryFn: ({ signal }) => server.call(serverRoutes.listNamespaces, { signal }),
		refetchInterval: POLL,
	});
}

export function usePods(namespace: string | undefined) {
	return useQuery({
		queryKey: ["pods", namespace],
		queryFn: ({ signal }) =>
			server.call(serverRoutes.listPods, { params: { namespace: namespace ?? "" }, signal }),
		enabled: namespace !== undefined,
		refetchInterval: POLL,
	});
}

/** @param expected false: its agent cannot be asked at the moment */
export function useTargets(namespace: string, pod: string, expected: boolean) {
	return useQuery({
		queryKey: ["targets", namespace, pod],
		queryFn: ({ signal }) => agentOf(namespace, pod).call(agentRoutes.listTargets, { signal }),
		enabled: expected,
		refetchInterval: POLL,
	});
}

/** Recordings the pod's agent holds: the running ones among them are not in the archive yet. */
export function useAgentRecordings(namespace: string, pod: string) {
	return useQuery({
		queryKey: ["agent-recordings", namespace, pod],
		queryFn: ({ signal }) => agentOf(namespace, pod).call(agentRoutes.listRecordings, { signal }),
		refetchInterval: POLL,
	});
}

export function useArchive() {
	return useQuery({
		queryKey: ["recordings"],
		queryFn: ({ signal }) => server.call(serverRoutes.listRecordings, { signal }),
		refetchInterval: POLL,
	});
}

export function useArchivedRecording(id: string) {
	return useQuery<Recording>({
		queryKey: ["recordings", id],
		queryFn: ({ signal }) => server.call(serverRoutes.getRecording, { params: { id }, signal }),
	});
}

/** Has the upload of an ended recording arrived? Asks until it has. */
export function useArrival(address: RecordingAddress, expected: boolean) {
	return useQuery<boolean>({
		queryKey: ["arrival", address.id],
		queryFn: async ({ signal }) => (await findInArchive(address, signal)) !== undefined,
		enabled: expected,
		refetchInterval: ({ state: { data } }) => (data === true ? false : 1_000),
	});
}

/** The finished call tree; it never changes, so it is asked for once. */
export function useArchivedTree(id: string) {
	return useQuery<CallTree>({
		queryKey: ["tree", id],
		queryFn: async ({ signal }) => {
			const options = { params: { id }, query: { format: "json" as const }, signal };
			const response = await server.open(serverRoutes.getProfile, options);
			return fromDocument((await response.json()) as CallTreeDocument);
		},
		staleTime: Number.POSITIVE_INFINITY,
		gcTime: 60_000,
		structuralSharing: false,
	});
}

/** What became of one recording's functions in another; like them it never changes. */
export function useDiff(base: string, comparison: string) {
	return useQuery<ProfileDiff>({
		queryKey: ["diff", base, comparison],
		queryFn: async ({ signal }) => {
			const query = { base, comparison, format: "json" as const };
			const response = await server.open(serverRoutes.diff, { query, signal });
			return readDiff((await response.json()) as DiffDocument);
		},
		staleTime: Number.POSITIVE_INFINITY,
		gcTime: 60_000,
		structuralSharing: false,
	});
}

export function useStartRecording(namespace: string, pod: string) {
	return useMutation({
		mutationFn: (body: RecordingRequest) =>
			agentOf(namespace, pod).call(agentRoutes.startRecording, { body }),
	});
}

export function useStopRecording(namespace: string, pod: string, id: string) {
	return useMutation({
		mutationFn: () => agentOf(namespace, pod).call(agentRoutes.stopRecording, { params: { id } }),
	});
}

export function useDeleteRecording() {
	const queries = useQueryClient();
	return useMutation({
		mutationFn: (id: string) => server.call(serverRoutes.deleteRecording, { params: { id } }),
		onSuccess: (_, id) => {
			queries.removeQueries({ queryKey: ["recordings", id] });
			return queries.invalidateQueries({ queryKey: ["recordings"] });
		},
	});
}
