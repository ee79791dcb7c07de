import { type Static, Type } from "typebox";
import { PROBLEM_CODES, PROBLEMS, type ProblemCode } from "./problem-codes.ts";

export const PROBLEM_MEDIA_TYPE = "application/problem+json";

/** The right a caller lacks, as Kubernetes names it. */
export const MissingRight = Type.Object({
	user: Type.String({ description: "who the caller is to Kubernetes" }),
	verb: Type.String(),
	resource: Type.String({ description: "with its group, as `kubectl auth can-i --list` shows it" }),
	namespace: Type.String(),
});
export type MissingRight = Static<typeof MissingRight>;

export const Problem = Type.Object(
	{
		type: Type.String({ description: "a URI for the code" }),
		title: Type.String(),
		status: Type.Integer(),
		code: Type.Enum(PROBLEM_CODES, { type: "string" }),
		detail: Type.Optional(Type.String({ description: "what is wrong in this case" })),
		nextStep: Type.String(),
		requestId: Type.Optional(Type.String({ description: "the same id stands in the log" })),
		errors: Type.Optional(Type.Array(Type.Object({ field: Type.String(), message: Type.String() }))),
		right: Type.Optional(MissingRight),
	},
	{ $id: "Problem", description: "What went wrong, as RFC 9457 problem details" },
);
export type Problem = Static<typeof Problem>;

/** An error that is answered to the caller as problem details. */
export class ProblemError extends Error {
	override name = "ProblemError";
	readonly code: ProblemCode;
	readonly detail: string | undefined;
	/** per field, for `invalid-request` */
	readonly errors: { field: string; message: string }[] | undefined;
	/** what would allow it, for `forbidden` */
	readonly right: MissingRight | undefined;

	constructor(
		code: ProblemCode,
		detail?: string,
		options?: { cause?: unknown; errors?: { field: string; message: string }[]; right?: MissingRight },
	) {
		super(detail ?? PROBLEMS[code].title, options);
		this.code = code;
		this.detail = detail;
		this.errors = options?.errors;
		this.right = options?.right;
	}

	get status(): number {
		return PROBLEMS[this.code].status;
	}
}

/** The body for an error; `requestId` ties it to the log. */
export function toProblem(error: ProblemError, requestId?: string): Problem {
	const { status, title, nextStep } = PROBLEMS[error.code];
	return {
		type: `urn:furnace:problem:${error.code}`,
		title,
		status,
		code: error.code,
		...(error.detail === undefined ? {} : { detail: error.detail }),
		nextStep,
		...(requestId === undefined ? {} : { requestId }),
		...(error.errors === undefined ? {} : { errors: error.errors }),
		...(error.right === undefined ? {} : { right: error.right }),
	};
}
