import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { Value } from "typebox/value";
import { CallTreeDocument } from "../contract/call-tree.ts";
import { callTreeOf, fromDocument, toDocument } from "./call-tree.ts";
import { ProfileFormatError } from "./model.ts";
import { anyProfile, profileOf, totalOf } from "./testing/arbitrary-profile.ts";

test("the root's total is the sum of all samples, and of all self weights", () => {
	fc.assert(
		fc.property(anyProfile(), (profile) => {
			const tree = callTreeOf(profile);
			assert.equal(tree.total[0], Number(totalOf(profile)));
			assert.equal(
				tree.self.reduce((sum, weight) => sum + weight, 0),
				tree.total[0],
			);
			const second = callTreeOf(profile, { value: 1 });
			assert.equal(second.unit, "nanoseconds");
			assert.equal(
				BigInt(second.total[0]),
				profile.samples.values[1].reduce((sum, value) => sum + value, 0n),
			);
		}),
	);
});

test("the trees of single threads add up to the whole", () => {
	fc.assert(
		fc.property(anyProfile(), (profile) => {
			const parts = [undefined, 7, 8, 9].map((tid) =>
				callTreeOf(profile, { keepThread: (thread) => thread?.tid === tid }),
			);
			const sum = parts.reduce((total, part) => total + part.total[0], 0);
			assert.equal(sum, callTreeOf(profile).total[0]);
		}),
	);
});

test("a document comes back as the tree it was made from, and fits the contract", () => {
	fc.assert(
		fc.property(anyProfile(), (profile) => {
			const tree = callTreeOf(profile);
			const document = toDocument(tree);
			assert.ok(Value.Check(CallTreeDocument, document));
			assert.deepEqual(fromDocument(JSON.parse(JSON.stringify(document))), tree);
		}),
	);
});

test("a document that cannot be is refused", () => {
	const good = (): CallTreeDocument => toDocument(callTreeOf(profileOf({ "a;b": 1, c: 2 })));
	const broken: Record<string, (document: CallTreeDocument) => void> = {
		"no nodes": (document) => {
			document.nodes = { parent: [], frame: [], self: [] };
		},
		"root with a parent": ({ nodes }) => {
			nodes.parent[0] = 0;
		},
		"its own parent": ({ nodes }) => {
			nodes.parent[1] = 1;
		},
		"a cycle": ({ nodes }) => {
			nodes.parent[1] = 2;
		},
		"a parent that is no index": ({ nodes }) => {
			nodes.parent[1] = 0.5;
		},
		"an unknown frame": ({ nodes }) => {
			nodes.frame[1] = 3;
		},
		"columns of two lengths": ({ nodes }) => {
			nodes.self.pop();
		},
		"a weight that is none": ({ nodes }) => {
			nodes.self[1] = Number.NaN;
		},
		"an unknown module": ({ frames }) => {
			frames.module[0] = 0;
		},
		"an unknown kind": ({ frames }) => {
			frames.kind[0] = 4;
		},
		"a kind that is no number": ({ frames }) => {
			frames.kind[0] = "map" as never;
		},
		"frame columns of two lengths": ({ frames }) => {
			frames.kind.pop();
		},
		"a line that is none": ({ frames }) => {
			frames.line = frames.name.map(() => 0.5);
		},
		"a name that is no text": ({ frames }) => {
			frames.name[0] = null as never;
		},
	};
	for (const [what, breakIt] of Object.entries(broken)) {
		const document = good();
		breakIt(document);
		assert.throws(() => fromDocument(document), ProfileFormatError, what);
	}
	assert.equal(fromDocument(good()).total[0], 3);
});

test("names in a document are cleaned like any other", () => {
	const document = toDocument(callTreeOf(profileOf({ a: 1 })));
	document.frames.name[0] = "\u001b[2J\u202e";
	assert.equal(fromDocument(document).frames[0].name, "\ufffd[2J\ufffd");
});

test("an unknown value type is refused", () => {
	assert.throws(() => callTreeOf(profileOf({ a: 1 }), { value: 1 }), RangeError);
});
