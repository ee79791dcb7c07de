/** @param answer of `/version`; some clusters say `34+` */
export function parseVersion(answer: unknown): { major: number; minor: number } {
	const { major, minor } = answer as { major?: unknown; minor?: unknown };
	return { major: leadingNumber(major), minor: leadingNumber(minor) };
}

function leadingNumber(text: unknown): number {
	return Number.parseInt(String(text), 10) || 0;
}
