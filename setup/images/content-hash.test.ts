import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, renameSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, type TestContext, test } from "node:test";
import { contentHash } from "./content-hash.ts";

function folderWith(t: TestContext, files: Record<string, string>): string {
	const folder = mkdtempSync(join(tmpdir(), "furnace-hash-"));
	t.after(() => rmSync(folder, { recursive: true, force: true }));
	for (const [path, content] of Object.entries(files)) {
		mkdirSync(join(folder, path, ".."), { recursive: true });
		writeFileSync(join(folder, path), content);
	}
	return folder;
}

const FILES = { "a/one": "1", "a/b/two": "2", three: "3" };

describe("the hash of what an image is made from", () => {
	test("is that of names and contents, whatever the place and the times", (t) => {
		const folder = folderWith(t, FILES);
		const elsewhere = folderWith(t, FILES);
		utimesSync(join(elsewhere, "three"), 1, 1);
		assert.equal(contentHash(folder, ["a", "three"]), contentHash(elsewhere, ["three", "a"]));
	});

	test("changes with a content, a name, a file more, and the salt", (t) => {
		const folder = folderWith(t, FILES);
		const seen = new Set([contentHash(folder, ["a"])]);
		const changed = (why: string, salt = "") => {
			const hash = contentHash(folder, ["a"], { salt });
			assert.ok(!seen.has(hash), why);
			seen.add(hash);
		};
		writeFileSync(join(folder, "a/one"), "one");
		changed("a content");
		renameSync(join(folder, "a/b/two"), join(folder, "a/b/zwei"));
		changed("a name");
		writeFileSync(join(folder, "a/empty"), "");
		changed("a file more");
		changed("the salt", "salt");
	});

	test("knows where one file ends and the next begins", (t) => {
		const one = folderWith(t, { "a/x": "1\0a/y\x001\x002" });
		const two = folderWith(t, { "a/x": "1", "a/y": "2" });
		assert.notEqual(contentHash(one, ["a"]), contentHash(two, ["a"]));
	});

	test("leaves out what is not accepted, and what is not there", (t) => {
		const folder = folderWith(t, FILES);
		const accept = (path: string) => !path.endsWith("two");
		assert.equal(contentHash(folder, ["a", "gone"], { accept }), contentHash(folder, ["a/one"]));
	});
});
