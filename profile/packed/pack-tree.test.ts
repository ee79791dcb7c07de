import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { type CallTree, callTreeOf, fromDocument } from "../call-tree.ts";
import { ProfileFormatError } from "../model.ts";
import { anyProfile, profileOf } from "../testing/arbitrary-profile.ts";
import { foldedChunks } from "../write/folded.ts";
import { packTree } from "./pack-tree.ts";
import { unpackTree } from "./unpack-tree.ts";

function linesOf(tree: CallTree): string[] {
	return [...foldedChunks(tree)].join("").split("\n").sort();
}

test("a packed tree has every stack and weight", () => {
	fc.assert(
		fc.property(anyProfile(), (profile) => {
			const tree = callTreeOf(profile);
			const unpacked = unpackTree(packTree(tree));
			assert.deepEqual(linesOf(unpacked), linesOf(tree));
			assert.equal(unpacked.total[0], tree.total[0]);
			assert.equal(unpacked.unit, tree.unit);
			for (let node = 1; node < unpacked.length; node++) assert.ok(unpacked.parent[node] < node);
		}),
	);
});

test("weights of any kind, siblings of one frame, and nothing at all", () => {
	const treeOf = (self: number[], frame = [-1, 0, 0, 1]): CallTree =>
		fromDocument({
			unit: "bytes",
			modules: [],
			frames: { name: ["a", "b"], module: [-1, -1], kind: [0, 0] },
			nodes: { parent: [-1, 0, 0, 1].slice(0, self.length), frame: frame.slice(0, self.length), self },
		});
	for (const self of [[0, -3, 2.5, 0], [1, 0, 2 ** 53 - 1, 4], [0], [7]]) {
		const tree = treeOf(self);
		const unpacked = unpackTree(packTree(tree));
		assert.deepEqual(Array.from(unpacked.self).sort(), Array.from(tree.self).sort());
		assert.equal(unpacked.total[0], tree.total[0]);
	}
});

test("damaged columns are refused, and take no time", () => {
	const packed = packTree(callTreeOf(profileOf({ "main;read": 3, "main;write;flush": 2, main: 1 })));
	fc.assert(
		fc.property(fc.nat(packed.columns.length - 1), fc.nat(255), (at, byte) => {
			const columns = packed.columns.slice();
			columns[at] = byte;
			try {
				assert.equal(unpackTree({ ...packed, columns }).length, packed.nodes);
			} catch (error) {
				assert.ok(error instanceof ProfileFormatError, String(error));
			}
		}),
	);
	for (let length = 0; length < packed.columns.length; length++) {
		const columns = packed.columns.slice(0, length);
		assert.throws(() => unpackTree({ ...packed, columns }), ProfileFormatError);
	}
	assert.throws(() => unpackTree({ ...packed, nodes: 2 ** 31 }), ProfileFormatError);
});
