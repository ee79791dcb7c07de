import type { Recording } from "../../contract/recording.ts";
import { serverRoutes } from "../../contract/server-routes.ts";
import { server } from "./client.ts";

/** A recording, and the pod it was made in. */
export interface RecordingAddress {
	namespace: string;
	pod: string;
	id: string;
}

/**
 * Asks the archive for a recording that may not be there yet. It asks for the list: not to be there yet is no error.
 * @returns undefined when the archive does not have it
 */
export async function findInArchive(
	{ namespace, pod, id }: RecordingAddress,
	signal: AbortSignal,
): Promise<Recording | undefined> {
	const { items } = await server.call(serverRoutes.listRecordings, { query: { namespace, pod }, signal });
	return items.find((recording) => recording.id === id);
}
