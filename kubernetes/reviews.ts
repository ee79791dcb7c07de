/** What a TokenReview said of a token that holds. */
export interface TokenAnswer {
	readonly username: string;
	readonly uid?: string;
	readonly groups: readonly string[];
	readonly extra: Readonly<Record<string, readonly string[]>>;
	/** for which it was accepted; empty where the API server said none */
	readonly audiences: readonly string[];
}

/** What a SubjectAccessReview asks. */
export interface AccessQuestion {
	readonly user: string;
	readonly uid?: string;
	readonly groups?: readonly string[];
	readonly extra?: Readonly<Record<string, readonly string[]>>;
	readonly verb: string;
	readonly group: string;
	readonly resource: string;
	/** absent: in all namespaces */
	readonly namespace?: string;
	readonly name?: string;
}
