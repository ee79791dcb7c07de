import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, type TestContext, test } from "node:test";
import { build } from "esbuild";
import { askingForTheirFolder, ownFileAddresses, packageOf } from "./esbuild-plugins.ts";

async function bundle(t: TestContext, source: string): Promise<{ text: string; found: Map<string, string> }> {
	const root = mkdtempSync(join(tmpdir(), "furnace-plugin-"));
	t.after(() => rmSync(root, { recursive: true, force: true }));
	mkdirSync(join(root, "server/draw"), { recursive: true });
	writeFileSync(join(root, "server/draw/main.ts"), source);
	const found = new Map<string, string>();
	const { outputFiles } = await build({
		absWorkingDir: root,
		entryPoints: ["server/draw/main.ts"],
		bundle: true,
		write: false,
		format: "esm",
		platform: "node",
		logLevel: "silent",
		plugins: [ownFileAddresses(root, found)],
	});
	return { text: outputFiles[0]?.text ?? "", found };
}

describe("addresses of source files in a bundle", () => {
	test("a thread's file becomes a program beside the bundle", async (t) => {
		const { text, found } = await bundle(t, 'export const a = new URL("./thread.ts", import.meta.url);');
		assert.match(text, /new URL\("\.\/draw-thread\.mjs", import\.meta\.url\)/);
		assert.deepEqual([...found], [["draw-thread", "server/draw/thread.ts"]]);
	});

	test("what lies beside the bundle may be asked for", async (t) => {
		const { text } = await bundle(t, 'export const a = new URL("web", import.meta.url);');
		assert.match(text, /new URL\("web", import\.meta\.url\)/);
	});

	test("a package's file that is asked for by name lies beside the bundle", async (t) => {
		const { text } = await bundle(t, 'export const a = import.meta.resolve("some-package/file.wasm");');
		assert.match(text, /new URL\("\.\/some-package\/file\.wasm", import\.meta\.url\)\.href/);
	});

	test("other ways to a source file are refused", async (t) => {
		for (const address of [
			'new URL("../package.json", import.meta.url)',
			"new URL(`./thread.ts`, import.meta.url)",
			'join(import.meta.dirname, "thread.ts")',
		]) {
			await assert.rejects(bundle(t, `export const a = ${address};`), /no source files around it/, address);
		}
	});
});

describe("packages in a bundle", () => {
	test("a file's package, with or without a scope, also inside another", () => {
		assert.deepEqual(packageOf("node_modules/pino/lib/a.js"), { name: "pino", folder: "node_modules/pino" });
		assert.deepEqual(packageOf("/x/node_modules/@a/b/node_modules/@c/d/e.js"), {
			name: "@c/d",
			folder: "/x/node_modules/@a/b/node_modules/@c/d",
		});
	});

	test("one that asks for its folder is noticed, unless somebody looked why", (t) => {
		const root = mkdtempSync(join(tmpdir(), "furnace-plugin-"));
		t.after(() => rmSync(root, { recursive: true, force: true }));
		const files = ["node_modules/new/index.js", "node_modules/pino/index.js", "node_modules/plain/index.js"];
		for (const file of files) {
			mkdirSync(join(root, file, ".."), { recursive: true });
			writeFileSync(join(root, file), file.includes("plain") ? "exports.a = 1" : "exports.a = __dirname");
		}
		assert.deepEqual(askingForTheirFolder(root, files), ["node_modules/new/index.js"]);
	});
});
