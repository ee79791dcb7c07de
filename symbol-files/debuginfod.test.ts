import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, mkdirSync, openSync, readdirSync, readFileSync } from "node:fs";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { before, describe, it, type TestContext } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import { buildIdOf } from "../profile/symbols/build-id.ts";
import { readElf } from "../profile/symbols/elf.ts";
import { createDebuginfod, type DebuginfodOptions } from "./debuginfod.ts";
import { openedFile } from "./opened-file.ts";
import { createTargetSymbols } from "./target-symbols.ts";
import {
	compileBurner,
	functionsOf,
	mappedHere,
	type NamedFunction,
	run,
	temporaryFolder,
	withoutTools,
} from "./testing/programs.ts";

const folder = temporaryFolder();
const program = join(folder, "burner");
const served = join(folder, "served");
const debugFile = join(served, "burner.debug");
let inner: NamedFunction | undefined;
let buildId = "";
let caches = 0;

/** A server that answers as it is told, and what it was asked for. */
async function serve(t: TestContext, answer: RequestListener) {
	const asked: string[] = [];
	const server = createServer((request, response) => {
		asked.push(request.url ?? "");
		answer(request, response);
	}).listen(0, "127.0.0.1");
	await once(server, "listening");
	t.after(() => {
		server.closeAllConnections();
		server.close();
	});
	return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}

const sendsFile: RequestListener = (_, response) => response.end(readFileSync(debugFile));
const hasNone: RequestListener = (_, response) => response.writeHead(404).end();

function ask(urls: readonly string[], options: Partial<DebuginfodOptions> = {}) {
	const debuginfod = createDebuginfod({ urls, folder: join(folder, `cache-${caches++}`), ...options });
	const failures: string[] = [];
	return {
		failures,
		/** @returns was it found? */
		async find(id = buildId): Promise<boolean> {
			const { signal } = new AbortController();
			const found = await debuginfod.find(id, { signal, onFailure: (reason) => failures.push(reason) });
			if (found !== undefined) closeSync(found);
			return found !== undefined;
		},
		/** @returns the name of `inner`, at once and in the end */
		async names(): Promise<(string | undefined)[]> {
			const symbols = createTargetSymbols({ jitName: () => undefined, debuginfod });
			const file = symbols.open(mappedHere(program));
			const nameOf = () => file?.nameOf(inner?.offset ?? 0);
			const atOnce = nameOf();
			await symbols.settled();
			symbols.close();
			return [atOnce, nameOf()];
		},
	};
}

describe("debuginfod", { skip: withoutTools("gcc", "objcopy", "strip", "nm") }, () => {
	before(async () => {
		await compileBurner(folder, "burner");
		const elf = readElf(openedFile(openSync(program, "r")));
		inner = (await functionsOf(program, elf)).find(({ name }) => name === "inner");
		buildId = buildIdOf(elf) ?? "";
		mkdirSync(served);
		await run("objcopy", ["--only-keep-debug", program, debugFile]);
		await run("strip", [program]);
	});

	it("a real one has names a little later", {
		skip: withoutTools("debuginfod"),
		timeout: 120_000,
	}, async (t) => {
		const { url } = await startDebuginfod(t);
		assert.deepEqual(await ask([url]).names(), [undefined, "inner"]);
	});

	it("servers are asked in their order, until one has it, and what was fetched is kept", async (t) => {
		const first = await serve(t, hasNone);
		const second = await serve(t, sendsFile);
		const third = await serve(t, sendsFile);
		const urls = [`${first.url}/`, second.url, third.url];
		const kept = join(folder, "kept");
		assert.deepEqual(await ask(urls, { folder: kept }).names(), [undefined, "inner"]);
		assert.deepEqual(await ask(urls, { folder: kept }).names(), [undefined, "inner"]);
		const path = `/buildid/${buildId}/debuginfo`;
		assert.deepEqual([first.asked, second.asked, third.asked], [[path], [path], []]);
		assert.deepEqual(readdirSync(kept), [`${buildId}.debug`]);
	});

	it("what no server has is not asked for again", async (t) => {
		const server = await serve(t, hasNone);
		const { find, failures } = ask([server.url]);
		assert.deepEqual([await find(), await find()], [false, false]);
		assert.deepEqual([server.asked.length, failures], [1, []]);
	});

	it("a server that fails or does not answer is let alone, and the next one is asked", async (t) => {
		const broken = await serve(t, (_, response) => response.writeHead(500).end());
		const silent = await serve(t, (_, response) => void response.write("half of it"));
		const good = await serve(t, sendsFile);
		const urls = [broken.url, silent.url, "http://127.0.0.1:1", good.url];
		const { find, failures } = ask(urls, { requestMilliseconds: 5000 });
		assert.ok(await find());
		assert.equal(failures.length, 3);
		assert.match(failures.join("\n"), /answers 500[\s\S]*(?:abort|timeout)/);
		await find("00".repeat(20));
		assert.deepEqual([broken.asked.length, silent.asked.length, good.asked.length], [1, 1, 2]);
	});

	it("redirects are followed within HTTP, some times, and to no other scheme", async (t) => {
		const good = await serve(t, sendsFile);
		const to = (location: string): RequestListener => {
			return (_, response) => response.writeHead(302, { location }).end();
		};
		const moved = await serve(t, to(`${good.url}/elsewhere`));
		assert.ok(await ask([moved.url]).find());
		assert.deepEqual(good.asked, ["/elsewhere"]);
		for (const location of [
			`file://${debugFile}`,
			"https://127.0.0.1/",
			"ftp://127.0.0.1/",
			"data:,x",
			"/",
		]) {
			const { find, failures } = ask([(await serve(t, to(location))).url]);
			assert.equal(await find(), false);
			assert.match(failures.join(), /redirects/, location);
		}
	});

	it("nothing too large, and nobody else's file, is taken", async (t) => {
		const endless = await serve(t, (_, response) => {
			const more = () => {
				while (!response.destroyed && response.write(Buffer.alloc(65_536)));
			};
			response.on("drain", more);
			more();
		});
		const kept = join(folder, "small");
		const limited = ask([endless.url], { folder: kept, mostFileBytes: 2 ** 20 });
		assert.equal(await limited.find(), false);
		assert.deepEqual(readdirSync(kept), []);
		const other = await serve(t, (_, response) => response.end(readFileSync("/bin/true")));
		assert.deepEqual(await ask([other.url]).names(), [undefined, undefined]);
		const text = await serve(t, (_, response) => response.end("<html>"));
		assert.deepEqual(await ask([text.url]).names(), [undefined, undefined]);
	});

	it("what was not used for longest makes room", async (t) => {
		const size = 1000;
		const server = await serve(t, (_, response) => response.end(Buffer.alloc(size)));
		const kept = join(folder, "full");
		const { find } = ask([server.url], { folder: kept, mostBytes: 3 * size });
		const ids = Array.from({ length: 4 }, (_, index) => String(index).repeat(40));
		for (const id of ids.slice(0, 3)) {
			assert.ok(await find(id));
			// times of files may be coarse
			await wait(20);
		}
		assert.ok(await find(ids[0]));
		await wait(20);
		assert.ok(await find(ids[3]));
		const left = [ids[0], ids[2], ids[3]].map((id) => `${id}.debug`);
		assert.deepEqual(readdirSync(kept).sort(), left);
	});

	it("a build-id that is none is asked nobody", async (t) => {
		const server = await serve(t, sendsFile);
		const { find } = ask([server.url]);
		for (const id of ["", "..", "../../etc/passwd", "AB".repeat(20), "a".repeat(1000)]) {
			assert.equal(await find(id), false);
		}
		assert.deepEqual(server.asked, []);
	});
});

/** Debian's own, over the folder with the debug file. */
async function startDebuginfod(t: TestContext): Promise<{ url: string }> {
	const { port } = await new Promise<AddressInfo>((resolve) => {
		const taken = createServer().listen(0, () => {
			const address = taken.address() as AddressInfo;
			taken.close(() => resolve(address));
		});
	});
	const child = spawn("debuginfod", ["-F", "-d", ":memory:", "-p", String(port), served], {
		stdio: "ignore",
	});
	t.after(async () => {
		child.kill("SIGKILL");
		if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
	});
	const url = `http://127.0.0.1:${port}`;
	// it looks through the folder first
	while (child.exitCode === null && child.signalCode === null) {
		const answer = await fetch(`${url}/buildid/${buildId}/debuginfo`).catch(() => undefined);
		await answer?.body?.cancel();
		if (answer?.ok) return { url };
		await wait(100);
	}
	throw new Error("debuginfod has ended");
}
