import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { Value } from "typebox/value";
import { CallTreeDelta, type CallTreeDocument } from "../contract/call-tree.ts";
import { NO_THREAD } from "./builder.ts";
import { LiveTree, LiveTreeWriter } from "./live.ts";
import { ProfileFormatError } from "./model.ts";
import { addSample, anyInput, buildInput } from "./testing/arbitrary-profile.ts";

test("a tree and any deltas after it make the whole, for early and late viewers", () => {
	fc.assert(
		fc.property(anyInput(), fc.array(fc.nat(5), { maxLength: 40 }), (input, steps) => {
			const builder = buildInput({ ...input, samples: [] });
			const [early, late] = [new LiveTreeWriter(builder), new LiveTreeWriter(builder)];
			const [seen, seenLate] = [new LiveTree(), new LiveTree()];
			seen.applyTree(early.tree());
			for (const [index, sample] of input.samples.entries()) {
				addSample(builder, input, sample);
				if (steps[index] === 0) seen.applyDelta(overTheWire(early.delta()));
				if (steps[index] === 1) seenLate.applyTree(late.tree());
			}
			seen.applyDelta(overTheWire(early.delta()));
			if (steps.some((step) => step === 1)) seenLate.applyTree(late.tree());
			else seenLate.applyTree(early.tree());
			assert.deepEqual(seen.tree(), builder.tree());
			assert.deepEqual(seenLate.tree(), builder.tree());
		}),
	);
});

function overTheWire(delta: CallTreeDelta): CallTreeDelta {
	assert.ok(Value.Check(CallTreeDelta, delta));
	return JSON.parse(JSON.stringify(delta));
}

function emptyInput() {
	const input = {
		frames: [{ name: "a", module: "/m", kind: "user", file: "", line: 0 } as const],
		samples: [],
	};
	return { input, builder: buildInput(input) };
}

test("a delta has what changed and nothing else", () => {
	const { input, builder } = emptyInput();
	const writer = new LiveTreeWriter(builder);
	writer.tree();
	const sample = { path: [0], thread: -1, values: [2n, 1n], time: 0 };
	addSample(builder, { ...input }, sample);
	assert.deepEqual(writer.delta(), {
		modules: ["/m"],
		frames: { name: ["a"], module: [0], kind: [0] },
		nodes: { parent: [0], frame: [0], self: [2] },
		changed: { node: [], self: [] },
	});
	addSample(builder, { ...input }, sample);
	const nothing = {
		modules: [],
		frames: { name: [], module: [], kind: [] },
		nodes: { parent: [], frame: [], self: [] },
	};
	assert.deepEqual(writer.delta(), { ...nothing, changed: { node: [1], self: [4] } });
	assert.deepEqual(writer.delta(), { ...nothing, changed: { node: [], self: [] } });
	writer.close();
	builder.add(0, NO_THREAD, [1, 1]);
	assert.deepEqual(writer.delta().changed, { node: [], self: [] });
});

test("a delta that does not go on from the tree is refused and changes nothing", () => {
	const { input, builder } = emptyInput();
	addSample(builder, input, { path: [0], thread: -1, values: [1n, 1n], time: 0 });
	const live = new LiveTree();
	live.applyTree(new LiveTreeWriter(builder).tree());
	const before = structuredClone(live.tree());
	const empty = { modules: [], frames: { name: [], module: [], kind: [] } };
	const noNodes = { parent: [], frame: [], self: [] };
	const unchanged = { node: [], self: [] };
	for (const delta of [
		{ ...empty, nodes: noNodes, changed: { node: [2], self: [1] } },
		{ ...empty, nodes: noNodes, changed: { node: [1], self: [] } },
		{ ...empty, nodes: noNodes, changed: { node: [1], self: [Number.NaN] } },
		{ ...empty, nodes: { parent: [7], frame: [0], self: [1] }, changed: unchanged },
		{ ...empty, nodes: { parent: [0], frame: [1], self: [1] }, changed: unchanged },
	]) {
		assert.throws(() => live.applyDelta(delta), ProfileFormatError);
		assert.deepEqual(live.tree(), before);
	}
	assert.throws(
		() => new LiveTree().applyTree({ unit: "", ...empty, nodes: noNodes } as CallTreeDocument),
		ProfileFormatError,
	);
});
