import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { callTreeOf } from "./call-tree.ts";
import { type Layout, layoutTree } from "./layout.ts";
import {
	boxAt,
	depthOf,
	firstChildBox,
	MERGED,
	parentBox,
	type View,
	visibleBoxes,
	widestChildBox,
} from "./layout-view.ts";
import { anyProfile, profileOf } from "./testing/arbitrary-profile.ts";

interface Drawn {
	box: number;
	depth: number;
	left: number;
	right: number;
}

function draw(layout: Layout, view: View): Drawn[] {
	const drawn: Drawn[] = [];
	visibleBoxes(layout, view, (box, depth, left, right) => drawn.push({ box, depth, left, right }));
	return drawn;
}

test("every frame in view is drawn, as itself or in a grey run", () => {
	const view = fc.record({
		from: fc.double({ min: 0, max: 0.9, noNaN: true }),
		share: fc.double({ min: 0.01, max: 1, noNaN: true }),
		width: fc.integer({ min: 1, max: 300 }),
	});
	fc.assert(
		fc.property(anyProfile(), view, (profile, { from, share, width }) => {
			const layout = layoutTree(callTreeOf(profile));
			if (layout.width === 0) return;
			const start = from * layout.width;
			const end = start + share * (layout.width - start);
			const drawn = draw(layout, { from: start, to: end, width, depthFrom: 0, depthTo: layout.depths });
			const scale = width / (end - start);
			for (let box = 0; box < layout.length; box++) {
				const left = Math.max(0, (layout.x0[box] - start) * scale);
				const right = Math.min(width, (layout.x1[box] - start) * scale);
				if (right - left < 1e-6) continue;
				const depth = depthOf(layout, box);
				const near = (a: number, b: number): boolean => Math.abs(a - b) < 1e-6;
				const wide = (layout.x1[box] - layout.x0[box]) * scale >= 0.5;
				const found = drawn.some((one) =>
					wide
						? one.box === box && near(one.left, left) && near(one.right, right)
						: one.box === MERGED &&
							one.depth === depth &&
							one.left <= left + 1e-6 &&
							one.right >= right - 1e-6,
				);
				assert.ok(found, `box ${box} at depth ${depth}`);
			}
		}),
	);
});

test("however many frames there are, a row costs at most two rectangles a pixel", () => {
	const stacks = Object.fromEntries(
		Array.from({ length: 50_000 }, (_, index) => [`m;f${index}`, 1 + (index % 7)]),
	);
	const layout = layoutTree(callTreeOf(profileOf(stacks)));
	for (const width of [1, 100, 1000]) {
		const drawn = draw(layout, { from: 0, to: layout.width, width, depthFrom: 2, depthTo: 3 });
		assert.ok(drawn.length <= 2 * width, `${drawn.length} on ${width}`);
		assert.ok(drawn.every((one) => one.box === MERGED));
		assert.equal(drawn[0].left, 0);
		assert.ok(Math.abs((drawn.at(-1)?.right ?? 0) - width) < 1e-6);
	}
});

test("rows outside the view are not drawn, nor is an empty view", () => {
	const layout = layoutTree(callTreeOf(profileOf({ "a;b;c": 1 })));
	const view = { from: 0, to: 1, width: 100, depthFrom: 1, depthTo: 2 };
	assert.deepEqual(draw(layout, view), [{ box: 1, depth: 1, left: 0, right: 100 }]);
	assert.deepEqual(draw(layout, { ...view, depthFrom: -5, depthTo: 99 }).length, 4);
	assert.deepEqual(draw(layout, { ...view, to: 0 }), []);
	assert.deepEqual(draw(layout, { ...view, width: 0 }), []);
});

test("a point hits the box that is there", () => {
	fc.assert(
		fc.property(anyProfile(), (profile) => {
			const layout = layoutTree(callTreeOf(profile));
			for (let box = 0; box < layout.length && layout.width > 0; box++) {
				const depth = depthOf(layout, box);
				assert.ok(layout.depthStart[depth] <= box && box < layout.depthStart[depth + 1]);
				assert.equal(boxAt(layout, depth, layout.x0[box]), box);
				assert.equal(boxAt(layout, depth, (layout.x0[box] + layout.x1[box]) / 2), box);
				assert.notEqual(boxAt(layout, depth, layout.x1[box]), box);
			}
			assert.equal(boxAt(layout, layout.depths, 0), MERGED);
			assert.equal(boxAt(layout, -1, 0), MERGED);
			assert.equal(boxAt(layout, 0, layout.width), MERGED);
		}),
	);
});

test("from box to box: up to the callees and down to the caller", () => {
	const tree = callTreeOf(profileOf({ a: 2, "b;c": 1, "b;d": 3, "e;f": 1 }));
	const layout = layoutTree(tree);
	const boxOf = (name: string): number =>
		layout.node.findIndex((node) => tree.frames[tree.frame[node]]?.name === name);
	assert.equal(parentBox(layout, boxOf("c")), boxOf("b"));
	assert.equal(parentBox(layout, 0), -1);
	assert.equal(firstChildBox(layout, boxOf("b")), boxOf("c"));
	assert.equal(widestChildBox(layout, boxOf("b")), boxOf("d"));
	assert.equal(firstChildBox(layout, boxOf("a")), -1);
	assert.equal(widestChildBox(layout, boxOf("a")), -1);
});
