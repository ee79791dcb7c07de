import assert from "node:assert/strict";
import { test } from "node:test";
import { diffProfiles } from "../../profile/diff/diff.ts";
import { widthTree } from "../../profile/diff/look.ts";
import { readFolded } from "../../profile/read/folded.ts";
import { changeWords, describeChange, fromToWords } from "./words.ts";

test("a change has its sign, also where it is too small to count", () => {
	assert.equal(changeWords(0.123), "+12.3 points");
	assert.equal(changeWords(-1), "-100.0 points");
	assert.equal(changeWords(0.0001), "+<0.1 points");
	assert.equal(changeWords(-0.0001), "-<0.1 points");
	assert.equal(changeWords(0), "no change");
});

test("weights are told as shares of each recording's own samples", () => {
	const diff = diffProfiles(
		readFolded("main;work 3\nmain;rest 1\n"),
		readFolded("main;work 25\nmain;rest 75\n"),
	);
	assert.equal(fromToWords(diff, 3, 25), "75.0% to 25.0%");
	const tree = widthTree(diff);
	const work = Array.from(tree.frame).findIndex((frame) => tree.frames[frame]?.name === "work");
	assert.deepEqual(describeChange(diff, tree, work), {
		name: "work",
		where: "",
		total: "75.0% to 25.0% (-50.0 points)",
		self: "75.0% to 25.0% (-50.0 points)",
	});
	assert.equal(describeChange(diff, tree, 0).total, "100% to 100% (no change)");
});
