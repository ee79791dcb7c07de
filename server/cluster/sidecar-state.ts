import { SIDECAR_CONTAINER } from "../../contract/names.ts";
import { type Fields, fieldsOf, listOf } from "../admission/pod.ts";

/** How the sidecar of a pod is, as its node says. */
export interface SidecarState {
	readonly running: boolean;
	/** for people: what it does, or what keeps it from running and what to do about it */
	readonly reason: string;
}

const MESSAGE_CHARACTERS = 300;

const IMAGE_REASONS: ReadonlySet<string> = new Set([
	"ErrImagePull",
	"ImagePullBackOff",
	"ErrImageNeverPull",
	"InvalidImageName",
	"ImageInspectError",
	"RegistryUnavailable",
]);
const STARTING_REASONS: ReadonlySet<string> = new Set(["PodInitializing", "ContainerCreating"]);

/** @param status a pod's */
export function sidecarState(status: Fields): SidecarState {
	const container = listOf(status.initContainerStatuses).find(({ name }) => name === SIDECAR_CONTAINER);
	const { running, waiting, terminated } = fieldsOf(container?.state);
	if (running !== undefined) return { running: true, reason: "Its sidecar runs." };
	if (terminated !== undefined) return stopped(ended(fieldsOf(terminated)));
	if (waiting === undefined) return stopped("The pod has not been started by a node yet.");
	return stopped(waitingFor(fieldsOf(waiting), fieldsOf(fieldsOf(container?.lastState).terminated)));
}

function waitingFor(waiting: Fields, last: Fields): string {
	const reason = textOf(waiting.reason);
	if (reason === "" || STARTING_REASONS.has(reason)) return "Its sidecar is starting.";
	const details = detailsOf(reason, waiting.message);
	if (IMAGE_REASONS.has(reason)) {
		return `The sidecar's image cannot be had (${details}). Check that the node can pull it.`;
	}
	if (reason === "CrashLoopBackOff") {
		const cause = last.exitCode === undefined ? reason : `${reason}, ${exitOf(last)}`;
		return `The sidecar keeps ending (${cause}). Its log says why: kubectl logs POD -c ${SIDECAR_CONTAINER} --previous`;
	}
	return `The sidecar cannot start (${details}).`;
}

function ended(terminated: Fields): string {
	return `The sidecar has ended (${exitOf(terminated)}).`;
}

function exitOf({ reason, exitCode }: Fields): string {
	const code = `exit code ${Number(exitCode)}`;
	const word = textOf(reason);
	return word === "" || word === "Error" || word === "Completed" ? code : `${word}, ${code}`;
}

function detailsOf(reason: string, message: unknown): string {
	const text = textOf(message).slice(0, MESSAGE_CHARACTERS);
	return text === "" ? reason : `${reason}: ${text}`;
}

function stopped(reason: string): SidecarState {
	return { running: false, reason };
}

function textOf(value: unknown): string {
	return typeof value === "string" ? value.trim() : "";
}
