/** Is it a place in an array of this length? For what comes from outside and may be anything. */
export function isIndex(value: unknown, length: number): value is number {
	return Number.isInteger(value) && (value as number) >= 0 && (value as number) < length;
}
