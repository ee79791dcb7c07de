import type { AccessQuestion, TokenAnswer } from "./reviews.ts";

/** What is posted where. */
interface Review {
	readonly path: string;
	readonly body: object;
}

export function tokenReview(token: string, audience: string | undefined): Review {
	const apiVersion = "authentication.k8s.io/v1";
	return {
		path: `/apis/${apiVersion}/tokenreviews`,
		body: {
			apiVersion,
			kind: "TokenReview",
			spec: { token, ...(audience === undefined ? {} : { audiences: [audience] }) },
		},
	};
}

export function accessReview(question: AccessQuestion): Review {
	const apiVersion = "authorization.k8s.io/v1";
	const { user, uid, groups, extra, verb, group, resource, namespace, name } = question;
	return {
		path: `/apis/${apiVersion}/subjectaccessreviews`,
		body: {
			apiVersion,
			kind: "SubjectAccessReview",
			spec: {
				user,
				uid,
				groups,
				extra,
				resourceAttributes: { verb, group, resource, namespace, name },
			},
		},
	};
}

/** @returns null: the token does not hold */
export function tokenAnswer(review: unknown): TokenAnswer | null {
	const status = (review as { status?: TokenReviewStatus }).status;
	const user = status?.user;
	if (status?.authenticated !== true || user?.username === undefined || user.username === "") return null;
	return {
		username: user.username,
		...(user.uid ? { uid: user.uid } : {}),
		groups: user.groups ?? [],
		extra: user.extra ?? {},
		audiences: status.audiences ?? [],
	};
}

export function isAllowed(review: unknown): boolean {
	const status = (review as { status?: { allowed?: boolean; denied?: boolean } }).status;
	return status?.allowed === true && status.denied !== true;
}

interface TokenReviewStatus {
	readonly authenticated?: boolean;
	readonly user?: {
		readonly username?: string;
		readonly uid?: string;
		readonly groups?: readonly string[];
		readonly extra?: Readonly<Record<string, readonly string[]>>;
	};
	readonly audiences?: readonly string[];
}
