import { Label } from "@patternfly/react-core";
import type { RecordingState } from "../../contract/recording.ts";
import { STATE_COLORS, STATE_WORDS } from "./words.ts";

export function StateLabel({ state }: { state: RecordingState }) {
	return <Label color={STATE_COLORS[state]}>{STATE_WORDS[state]}</Label>;
}
