import assert from "node:assert/strict";
import { mkdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, type TestContext, test } from "node:test";
import { startServer, type TestServer } from "../testing/start-server.ts";

const BROWSER = { accept: "text/html,application/xhtml+xml,*/*;q=0.8" };

async function startWithPage(t: TestContext): Promise<TestServer> {
	const server = await startServer(t);
	const webRoot = join(server.directory, "web");
	await mkdir(join(webRoot, "assets"), { recursive: true });
	await writeFile(join(webRoot, "index.html"), "<!doctype html><title>Furnace</title>");
	await writeFile(join(webRoot, "assets", "index-abc123.js"), "1;");
	await writeFile(join(webRoot, ".secret"), "secret");
	await writeFile(join(server.directory, "outside.txt"), "secret");
	await symlink(join(server.directory, "outside.txt"), join(webRoot, "link.txt"));
	return server;
}

describe("the page", () => {
	test("is served at its address and at those that only it knows", async (t) => {
		const { send } = await startWithPage(t);
		for (const path of [
			"/",
			"/?x=1",
			"/recordings/0123456789abcdef",
			"/live/local/demo-1/0123456789abcdef",
		]) {
			const answer = await send(path, { headers: BROWSER });
			assert.equal(answer.status, 200, path);
			assert.equal(answer.headers["content-type"], "text/html; charset=utf-8");
			assert.equal(answer.headers["cache-control"], "no-cache");
			assert.match(answer.body.toString(), /<title>Furnace/);
		}
	});

	test("its policy lets nothing in but its own files", async (t) => {
		const { send } = await startWithPage(t);
		const { headers } = await send("/", { headers: BROWSER });
		const policy = String(headers["content-security-policy"]);
		assert.match(policy, /default-src 'self'/);
		assert.doesNotMatch(policy, /unsafe|\*|http/);
		assert.equal(headers["x-frame-options"], "DENY");
		assert.equal(headers["referrer-policy"], "no-referrer");
		assert.equal(headers["cross-origin-opener-policy"], "same-origin");
		assert.equal(headers["cross-origin-resource-policy"], "same-origin");
		assert.equal(headers["strict-transport-security"], undefined);
	});

	test("hashed files are kept for ever", async (t) => {
		const { send } = await startWithPage(t);
		const answer = await send("/assets/index-abc123.js");
		assert.equal(answer.headers["cache-control"], "public, max-age=31536000, immutable");
		assert.match(String(answer.headers["content-type"]), /javascript/);
	});

	test("a range that cannot be is not our mistake: the whole file comes", async (t) => {
		const { send } = await startWithPage(t);
		for (const range of ["bytes=5-1", "bytes=999-", "bytes=x"]) {
			const answer = await send("/assets/index-abc123.js", { headers: { range } });
			assert.deepEqual([answer.status, answer.body.toString()], [200, "1;"], range);
		}
	});

	test("unknown addresses of programs and files are errors, also for a browser", async (t) => {
		const { send } = await startWithPage(t);
		for (const path of ["/api/v1/nothing", "/assets/gone.js", "/agent/x", "/docs/nothing"]) {
			const answer = await send(path, { headers: BROWSER });
			assert.deepEqual([answer.status, answer.code], [404, "not-found"], path);
		}
		assert.equal(
			(await send("/recordings/x", { headers: { accept: "application/json" } })).code,
			"not-found",
		);
	});

	test("nothing outside its folder, and no hidden file, is ever served", async (t) => {
		const { send } = await startWithPage(t);
		const paths = [
			"/../outside.txt",
			"/..%2foutside.txt",
			"/%2e%2e/outside.txt",
			"/%2e%2e%2foutside.txt",
			"/assets/../../outside.txt",
			"/assets/..%2f..%2foutside.txt",
			"/..\\outside.txt",
			"/%5c..%5coutside.txt",
			"//outside.txt",
			"/.secret",
			"/%2esecret",
			"/assets/..;/outside.txt",
			"/outside.txt%00.html",
			"/....//outside.txt",
		];
		for (const path of paths) {
			const answer = await send(path);
			assert.doesNotMatch(answer.body.toString(), /^secret/, path);
			assert.ok(answer.status === 404 || answer.status === 400, `${path} ${answer.status}`);
		}
	});

	test("says what to do when it is not built, and is there once it is", async (t) => {
		const server = await startServer(t);
		const missing = await server.send("/", { headers: BROWSER });
		assert.equal(missing.status, 503);
		assert.match(missing.body.toString(), /npm run build:ui/);
		await mkdir(join(server.directory, "web"));
		await writeFile(join(server.directory, "web", "index.html"), "<!doctype html>");
		assert.equal((await server.send("/", { headers: BROWSER })).status, 200);
	});
});
