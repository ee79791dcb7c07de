import assert from "node:assert/strict";
import { appendFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { afterEach, it } from "node:test";
import { JitMap } from "./jit-map.ts";

const path = `/tmp/perf-${process.pid}.map`;
afterEach(() => rmSync(path, { force: true }));

it("names code by its newest entry, and sees what is added", async () => {
	writeFileSync(path, "1000 20 old\n2000 10 other\nnot a line\n3000 0 empty\n5000 3000 large\n");
	const map = new JitMap(process.pid);
	await map.refresh();
	assert.equal(map.nameOf(0x1010), "old");
	assert.equal(map.nameOf(0x1020), undefined);
	assert.equal(map.nameOf(0x3000), undefined);
	assert.equal(map.nameOf(0x7fff), "large");
	appendFileSync(path, "1008 10 new name; with <odd> things\n4000 10 half");
	await map.refresh();
	assert.equal(map.nameOf(0x1010), "new name; with <odd> things");
	assert.equal(map.nameOf(0x1000), "old");
	assert.equal(map.nameOf(0x4000), undefined);
	appendFileSync(path, " a line\n");
	await map.refresh();
	assert.equal(map.nameOf(0x4000), "half a line");
	await map.close();
});

it("follows no link, and does without a map", async () => {
	symlinkSync("/etc/passwd", path);
	const map = new JitMap(process.pid);
	await map.refresh();
	assert.equal(map.nameOf(0x1000), undefined);
	await map.close();
	await new JitMap(2 ** 30).refresh();
});
