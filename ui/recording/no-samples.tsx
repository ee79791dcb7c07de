import { hasEnded, type RecordingState } from "../../contract/recording.ts";
import { Empty } from "../frame/empty.tsx";

/** From here on an empty picture needs an explanation. */
const PATIENCE_SECONDS = 4;

/** Where a flamegraph would be: why there is none, or not yet. */
export function NoSamples({ state, seconds }: { state: RecordingState; seconds: number }) {
	// the cause of the failure says it better
	if (state === "failed") return null;
	if (hasEnded(state)) {
		return (
			<Empty title="No samples">
				Nothing was sampled, so there is no flamegraph to show. Record while the target is busy, or for
				longer.
			</Empty>
		);
	}
	if (state === "starting" || seconds < PATIENCE_SECONDS) {
		return <Empty title="Waiting for the first samples">They come within a second or two.</Empty>;
	}
	return (
		<Empty title="No samples yet">
			The target uses no CPU at the moment: samples are taken only while it runs. Give it some work, or wait.
			If it is slow but idle, it waits for something else: a lock, a disk, another service.
		</Empty>
	);
}
