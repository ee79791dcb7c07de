import { type Obstacle, obstacleOf, type Pod } from "../pod.ts";
import { PROOF_DEADLINE_SECONDS } from "./pod.ts";

/** What became of one proof pod. */
export type Verdict =
	| { readonly outcome: "proven"; readonly imageId: string }
	/** `obstacle`: what keeps it from starting for now */
	| { readonly outcome: "waiting"; readonly obstacle?: Obstacle }
	| { readonly outcome: "failed"; readonly reason: string; readonly message: string };

/** No node took it, or the kubelet never enforced the deadline. */
const GIVE_UP_MS = (PROOF_DEADLINE_SECONDS + 30) * 1_000;

const LONGEST_GIST = 500;

const PULL_REASONS = new Set(["ErrImagePull", "ImagePullBackOff", "ErrImageNeverPull", "InvalidImageName"]);

export function verdictOf(pod: Pod, now: Date): Verdict {
	const { phase } = pod.status ?? {};
	const container = pod.status?.containerStatuses?.[0];
	if (phase === "Succeeded") return { outcome: "proven", imageId: container?.imageID ?? "" };
	const obstacle = obstacleOf(pod);
	if (phase === "Failed") return failure(pod, obstacle);
	const since = new Date(pod.metadata.creationTimestamp ?? now).getTime();
	if (now.getTime() - since > GIVE_UP_MS) {
		const { reason, message } = obstacle ?? { reason: "ProofFailed", message: "it did not end in time" };
		return { outcome: "failed", reason: reasonOf(reason), message };
	}
	return { outcome: "waiting", ...(obstacle === undefined ? {} : { obstacle }) };
}

function failure({ status }: Pod, obstacle: Obstacle | undefined): Verdict {
	const ended = status?.containerStatuses?.[0]?.state?.terminated;
	if (ended !== undefined && ended.exitCode !== 0) {
		const words = gistOf(ended.message ?? "") || ended.reason || "it said nothing";
		return {
			outcome: "failed",
			reason: "ProofFailed",
			message: `the agent ended with exit code ${ended.exitCode}: ${words}`,
		};
	}
	const { reason, message } = obstacle ?? {
		reason: "ProofFailed",
		message: status?.message ?? status?.reason ?? "",
	};
	return { outcome: "failed", reason: reasonOf(reason), message };
}

/** The end of a program's output on one line, without the stack that many print. */
function gistOf(output: string): string {
	const lines = output.split("\n").map((line) => line.trim());
	const text = lines.filter((line) => line !== "" && !/^at .*[:)]|^Node\.js v/.test(line)).join(" ");
	return text.length > LONGEST_GIST ? `...${text.slice(-LONGEST_GIST)}` : text;
}

/** Of the condition `ImageProven`. */
export function reasonOf(reason: string): string {
	if (PULL_REASONS.has(reason)) return "ImagePullFailed";
	return reason === "Unschedulable" ? "NoNode" : "ProofFailed";
}
