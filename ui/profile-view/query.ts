/** What the user typed into the search field. */
export interface Query {
	text: string;
	isExpression: boolean;
}

/** @returns what to search by, null for nothing; or why it cannot be searched by */
export function readQuery({ text, isExpression }: Query): { by: string | RegExp | null } | { error: string } {
	if (text === "") return { by: null };
	if (!isExpression) return { by: text };
	try {
		return { by: new RegExp(text, "iu") };
	} catch (error) {
		const words = error instanceof Error ? error.message : String(error);
		return { error: `Not a regular expression: ${words.replace(/^Invalid regular expression: /, "")}` };
	}
}
