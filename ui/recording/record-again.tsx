import { Button } from "@patternfly/react-core";
import type { RecordingTarget } from "../../contract/recording.ts";
import { goTo } from "../frame/place.tsx";

/** Back to the choice, with the same target chosen. */
export function RecordAgain({ target }: { target: RecordingTarget }) {
	const { namespace, pod, pid, container } = target;
	const part = pid === undefined ? (container === undefined ? {} : { container }) : { pid };
	return (
		<Button variant="secondary" onClick={() => goTo({ page: "record", namespace, pod, ...part })}>
			Record again
		</Button>
	);
}
