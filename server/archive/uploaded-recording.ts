import { Value } from "typebox/value";
import { ProblemError } from "../../contract/problem.ts";
import { hasEnded, Recording, type RecordingTarget } from "../../contract/recording.ts";
import type { AgentIdentity } from "../adapters.ts";
import { carriedJson } from "../rendering/carried-recording.ts";

/** In UTF-16 units; 200 lines of log are far below. It is kept in memory for every archived recording. */
const MAX_JSON_LENGTH = 512 * 1024;

/**
 * The recording that an uploaded profile carries, as the archive keeps it. Whose pod it is comes from the agent's
 * identity wherever that says it, never from the profile.
 * @throws ProblemError `upload-invalid`
 */
export function recordingOf(comments: readonly string[], agent: AgentIdentity, id: string): Recording {
	const json = carriedJson(comments);
	if (json === undefined) throw invalid("It carries no recording.");
	if (json.length > MAX_JSON_LENGTH) throw invalid("Its recording is too long.");
	const recording = parse(json);
	if (recording.id !== id) throw invalid("It carries another recording than the address names.");
	if (!hasEnded(recording.state)) throw invalid("Its recording has not ended.");
	return { ...recording, target: ownTarget(recording.target, agent), archived: true, rawData: false };
}

function parse(json: string): Recording {
	let value: unknown;
	try {
		value = JSON.parse(json);
	} catch (cause) {
		throw invalid("Its recording is not JSON.", cause);
	}
	if (Value.Check(Recording, value)) return Value.Clean(Recording, value) as Recording;
	const [first] = Value.Errors(Recording, value);
	throw invalid(`Its recording is not valid: ${first?.instancePath ?? ""} ${first?.message ?? ""}`);
}

function ownTarget(target: RecordingTarget, { namespace, pod, podUid }: AgentIdentity): RecordingTarget {
	return {
		...target,
		...(namespace === undefined ? {} : { namespace }),
		...(pod === undefined ? {} : { pod }),
		...(podUid === undefined ? {} : { podUid }),
	};
}

function invalid(detail: string, cause?: unknown): ProblemError {
	return new ProblemError("upload-invalid", detail, { cause });
}
