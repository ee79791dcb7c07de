/** Names with their weight, such as pods with their CPU. */
export interface Weighted {
	name: string;
	weight: number;
}

/** @returns names, heaviest first */
export function byWeight(items: readonly Weighted[]): string[] {
	return items
		.toSorted((a, b) => b.weight - a.weight || a.name.localeCompare(b.name))
		.map(({ name }) => name);
}

/** Keeps the order a person is looking at: nothing moves, new names go to the end, heaviest first. */
export function keepOrder(shown: readonly string[], items: readonly Weighted[]): string[] {
	const present = new Set(items.map(({ name }) => name));
	const known = new Set(shown);
	return [
		...shown.filter((name) => present.has(name)),
		...byWeight(items.filter(({ name }) => !known.has(name))),
	];
}

/** @returns whether every word of the search stands somewhere in the texts */
export function matches(search: string, ...texts: (string | undefined)[]): boolean {
	const text = texts.join(" ").toLowerCase();
	return search
		.toLowerCase()
		.split(/\s+/)
		.every((word) => text.includes(word));
}

/** @returns at most so many, the chosen one among them wherever it stands */
export function cutAround<T extends { name: string }>(
	items: readonly T[],
	chosen: string | undefined,
	most: number,
): readonly T[] {
	if (items.length <= most) return items;
	const rest = items.slice(most);
	return [...items.slice(0, most), ...rest.filter(({ name }) => name === chosen)];
}
