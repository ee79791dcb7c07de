import assert from "node:assert/strict";
import { appendFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { afterEach, it } from "node:test";
import { jitRoom } from "../../../profile/symbols/jit-code.ts";
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

it("takes a bounded amount of memory, whatever is in it", async () => {
	// each of them covers thousands of pages
	writeFileSync(path, "0 1000000 wide\n".repeat(20_000));
	const room = jitRoom();
	const map = new JitMap(process.pid, room);
	await map.refresh();
	assert.equal(map.nameOf(0x1000), "wide");
	assert.ok(room.left <= 0 && room.left > -(2 ** 20));
	appendFileSync(path, "0 1000000 one more\n");
	await map.refresh();
	assert.equal(map.nameOf(0x1000), "wide");
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
