import { isUtf8 } from "node:buffer";
import { ProblemError } from "../../contract/problem.ts";
import { isFields } from "./pod.ts";

/** What is read of an AdmissionReview's request. */
export interface ReviewRequest {
	readonly uid: string;
	/** empty for objects without one */
	readonly namespace: string;
	readonly isPodCreation: boolean;
	readonly dryRun: boolean;
	/** as it came, unchecked */
	readonly object: unknown;
}

const MAX_DEPTH = 1000;
/** Smaller bodies hold too few levels to matter: nothing here goes down an object level by level. */
const DEPTH_CHECK_BYTES = 16 * 1024;
const UID_CHARACTERS = 256;
const NAMESPACE_CHARACTERS = 253;

/**
 * The value of a JSON text. Names such as `__proto__` become ordinary properties.
 * @throws ProblemError `invalid-request`: empty, not UTF-8, not JSON, or nested deeper than 1,000 levels
 */
export function parseJson(body: Buffer): unknown {
	if (body.length === 0) throw invalid("The body is empty.");
	if (!isUtf8(body)) throw invalid("The body is not UTF-8.");
	if (body.length > DEPTH_CHECK_BYTES && nestsDeeperThan(MAX_DEPTH, body)) {
		throw invalid(`The body nests deeper than ${MAX_DEPTH} levels.`);
	}
	try {
		return JSON.parse(body.toString("utf8"));
	} catch (cause) {
		throw new ProblemError("invalid-request", "The body is not JSON.", { cause });
	}
}

const BYTE = {
	quote: 0x22,
	backslash: 0x5c,
	openList: 0x5b,
	closeList: 0x5d,
	open: 0x7b,
	close: 0x7d,
} as const;

function nestsDeeperThan(limit: number, text: Buffer): boolean {
	let depth = 0;
	for (let at = 0; at < text.length; at++) {
		const byte = text[at];
		if (byte === BYTE.quote) at = endOfString(text, at);
		else if (byte === BYTE.open || byte === BYTE.openList) depth++;
		else if (byte === BYTE.close || byte === BYTE.closeList) depth--;
		if (depth > limit) return true;
	}
	return false;
}

function endOfString(text: Buffer, start: number): number {
	let at = start + 1;
	while (at < text.length && text[at] !== BYTE.quote) at += text[at] === BYTE.backslash ? 2 : 1;
	return at;
}

/** @throws ProblemError `invalid-request`: not an AdmissionReview of version v1 with a request and its uid */
export function readReview(body: unknown): ReviewRequest {
	if (!isFields(body) || body.kind !== "AdmissionReview")
		throw invalid("The body is not an AdmissionReview.");
	if (body.apiVersion !== "admission.k8s.io/v1") throw invalid("Only admission.k8s.io/v1 is known here.");
	const { request } = body;
	if (!isFields(request)) throw invalid("The AdmissionReview has no request.");
	const { uid, namespace = "", operation, subResource = "", dryRun, object } = request;
	if (!isText(uid, UID_CHARACTERS) || uid === "") throw invalid("request.uid is missing.");
	if (!isText(namespace, NAMESPACE_CHARACTERS)) throw invalid("request.namespace is not a name.");
	const isPodCreation = operation === "CREATE" && subResource === "" && isPods(request.resource);
	return { uid, namespace, isPodCreation, dryRun: dryRun === true, object };
}

function isPods(resource: unknown): boolean {
	return (
		isFields(resource) && resource.group === "" && resource.version === "v1" && resource.resource === "pods"
	);
}

function isText(value: unknown, characters: number): value is string {
	return typeof value === "string" && value.length <= characters;
}

function invalid(detail: string): ProblemError {
	return new ProblemError("invalid-request", detail);
}
