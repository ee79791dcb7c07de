/** Nodes grouped by parent: the children of node `i` are `node[start[i]]` up to, not with, `node[start[i + 1]]`. */
export interface Children {
	readonly start: Int32Array;
	readonly node: Int32Array;
}

/**
 * Groups the nodes of a tree by their parents, by counting: linear in their number.
 * @param order nodes in the order that siblings shall have; default: by number
 */
export function childrenOf(parent: Int32Array, order?: Int32Array): Children {
	const length = parent.length;
	const start = new Int32Array(length + 1);
	for (let node = 1; node < length; node++) start[parent[node] + 1]++;
	for (let node = 0; node < length; node++) start[node + 1] += start[node];
	const next = start.slice(0, length);
	const children = new Int32Array(Math.max(length - 1, 0));
	for (let index = 0; index < length; index++) {
		const node = order === undefined ? index : order[index];
		if (node !== 0) children[next[parent[node]]++] = node;
	}
	return { start, node: children };
}
