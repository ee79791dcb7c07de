import { STATUS_CODES } from "node:http";
import { KubernetesError } from "./cluster.ts";

/** Reasons of errors that never reached the API server or never came back; their `status` is 0. */
export const NO_ANSWER = {
	/** no connection, or it broke */
	unreachable: "Unreachable",
	/** the deadline passed */
	timeout: "Timeout",
	/** a watch that should have ended long ago said nothing */
	silent: "Silent",
	/** what came is not what the API says */
	invalid: "InvalidAnswer",
	/** `close()` was called */
	closed: "Closed",
	/** the credentials cannot be read */
	credentials: "NoCredentials",
} as const;

const LONGEST_MESSAGE = 500;

interface Status {
	readonly code?: unknown;
	readonly reason?: unknown;
	readonly message?: unknown;
}

/**
 * @param body what was answered: a Status of Kubernetes, or whatever stands between us and the API server says
 * @param asked for the message: what was asked for
 */
export function refusal(status: number, body: string, asked: string): KubernetesError {
	const { code, reason, message } = parseStatus(body);
	const text = typeof message === "string" && message !== "" ? message : body.trim();
	const said = text === "" ? (STATUS_CODES[status] ?? "no reason given") : text.slice(0, LONGEST_MESSAGE);
	return new KubernetesError(
		status === 200 && typeof code === "number" ? code : status,
		typeof reason === "string" && reason !== "" ? reason : (STATUS_CODES[status] ?? "Unknown"),
		`${asked}: ${said}`,
	);
}

/** @param error as the HTTP client threw it */
export function unreachable(error: unknown, asked: string): KubernetesError {
	return new KubernetesError(0, NO_ANSWER.unreachable, `${asked}: ${wordsOf(error)}`, { cause: error });
}

/** Did the connection break? Then a call that may be made twice is worth a second try: a kept-open one had been closed. */
export function isBrokenConnection(error: unknown): boolean {
	const code = (error as { code?: unknown } | null)?.code;
	return code === "UND_ERR_SOCKET" || code === "ECONNRESET" || code === "EPIPE";
}

export function isStatus(error: unknown, status: number): boolean {
	return error instanceof KubernetesError && error.status === status;
}

/** What an error says; those of several addresses tried say nothing themselves. */
export function wordsOf(error: unknown): string {
	if (error instanceof AggregateError && error.message === "") return error.errors.map(wordsOf).join(", ");
	return error instanceof Error ? error.message : String(error);
}

function parseStatus(body: string): Status {
	try {
		const parsed: unknown = JSON.parse(body);
		return typeof parsed === "object" && parsed !== null ? parsed : {};
	} catch {
		return {};
	}
}
