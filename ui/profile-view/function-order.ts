import type { FunctionWeight } from "../../profile/top.ts";

export const COLUMNS = ["self", "total", "name", "module"] as const;
export type Column = (typeof COLUMNS)[number];

export interface Order {
	column: Column;
	descending: boolean;
}

/** Weights begin with the greatest, texts with A; the same column again turns the order round. */
export function nextOrder(order: Order, column: Column): Order {
	if (order.column === column) return { column, descending: !order.descending };
	return { column, descending: column === "self" || column === "total" };
}

export function sortFunctions(
	functions: readonly FunctionWeight[],
	{ column, descending }: Order,
): FunctionWeight[] {
	const sign = descending ? -1 : 1;
	return functions.toSorted(
		(a, b) => sign * compare(a[column], b[column]) || b.total - a.total || compare(a.name, b.name),
	);
}

function compare<T extends string | number>(a: T, b: T): number {
	return a < b ? -1 : a > b ? 1 : 0;
}
