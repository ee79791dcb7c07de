import assert from "node:assert/strict";
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { SAMPLE_ID } from "../../contract/testing/sample-recording.ts";
import { sampleProfile } from "../../server/testing/sample-profile.ts";
import { send } from "../../server/testing/send.ts";
import { AGENT_TOKEN } from "../../server/testing/start-server.ts";
import { bundleImage } from "../../setup/images/bundles.ts";
import { FURNACE_IMAGES, type FurnaceImage } from "../../setup/images/programs.ts";
import { eventually } from "../e2e/furnace.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
function imageOf(name: FurnaceImage["name"]): FurnaceImage {
	const image = FURNACE_IMAGES.find((each) => each.name === name);
	assert.ok(image);
	return image;
}

/** A folder outside of the checkout: nothing there resolves to its node_modules. */
function emptyFolder(): string {
	return mkdtempSync(join(tmpdir(), "furnace-bundle-"));
}

async function runToEnd(program: string, ...args: string[]) {
	const run = promisify(execFile)(process.execPath, [program, ...args], {
		cwd: "/",
		env: { PATH: process.env.PATH },
		timeout: 60_000,
	});
	return run.then(
		({ stdout }) => ({ code: 0, output: stdout }),
		({ code, stdout, stderr }) => ({ code, output: `${stdout}${stderr}` }),
	);
}

describe("the server's bundle", () => {
	let folder: string;
	let child: ChildProcess;
	let origin: string;
	before(async () => {
		folder = emptyFolder();
		const server = imageOf("server");
		const programs = { ...server.programs, "test-server": "test/bundles/server.ts" };
		await bundleImage(root, { ...server, programs }, folder);
		child = spawn(process.execPath, [join(folder, "test-server.mjs"), join(folder, "web")], {
			cwd: "/",
			env: {},
			stdio: ["ignore", "pipe", "inherit"],
		});
		[origin] = await Promise.race([
			once(createInterface({ input: child.stdout as Readable }), "line"),
			once(child, "exit").then(([code]) => assert.fail(`it ended with ${code}`)),
		]);
	});
	after(() => {
		child?.kill("SIGKILL");
		rmSync(folder, { recursive: true, force: true });
	});

	test("answers, with the page and its files", async () => {
		assert.equal((await send(origin, "/healthz")).status, 200);
		const page = await send(origin, "/");
		assert.equal(page.status, 200);
		const script = /src="([^"]+)"/.exec(page.body.toString())?.[1] ?? "";
		assert.equal((await send(origin, script)).status, 200);
	});

	test("carries the command line, which reads recordings and draws pages", async () => {
		const program = join(folder, "kubectl-furnace.mjs");
		const fixtures = join(root, "profile/read/fixtures");
		const page = await runToEnd(program, "convert", join(fixtures, "go.pb.gz"), "-f", "html");
		assert.equal(page.code, 0, page.output);
		assert.match(page.output, /^<!doctype html>.*id="furnace-viewer"/s);
		const table = await runToEnd(program, "top", join(fixtures, "two-events.perf.data"));
		assert.equal(table.code, 0, table.output);
		assert.match(table.output, /^Total: [1-9]/m);
	});

	test("documents its routes, with Swagger UI's own files", async () => {
		const document = (await send(origin, "/openapi.json")).json as { paths: Record<string, unknown> };
		assert.ok(document.paths["/api/v1/recordings"]);
		const page = (await send(origin, "/docs")).body.toString();
		const links = [...page.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, link]) => link ?? "");
		assert.ok(links.length > 3);
		for (const link of links) assert.equal((await send(origin, link)).status, 200, link);
	});

	test("counts for Prometheus", async () => {
		assert.match((await send(origin, "/metrics")).body.toString(), /^process_cpu_seconds_total /m);
	});

	test("renders an uploaded profile in its thread", async () => {
		const headers = { authorization: `Bearer ${AGENT_TOKEN}` };
		const upload = { method: "PUT", headers, body: sampleProfile() };
		assert.equal((await send(origin, `/agent/v1/recordings/${SAMPLE_ID}`, upload)).status, 204);
		for (const [format, start] of Object.entries({
			svg: /<svg/,
			html: /<!doctype html>/i,
			folded: /main;work 42/,
		})) {
			const answer = await send(origin, `/api/v1/recordings/${SAMPLE_ID}/profile?format=${format}`);
			assert.equal(answer.status, 200, format);
			assert.match(answer.body.toString(), start);
		}
	});

	test("server and operator start, and say what they lack here", async () => {
		for (const [program, lack] of Object.entries({
			server: /FURNACE_NAMESPACE/,
			operator: /KUBECONFIG|FURNACE_/,
		})) {
			const { code, output } = await runToEnd(join(folder, `${program}.mjs`));
			assert.notEqual(code, 0, program);
			assert.match(output, lack);
		}
	});

	test("names the packages in it, with their licences, and has no node_modules", () => {
		const notices = readFileSync(join(folder, "THIRD-PARTY.txt"), "utf8");
		for (const name of ["fastify", "@kubernetes/client-node", "undici", "@fastify/swagger-ui"]) {
			assert.match(notices, new RegExp(`^${name} \\d+\\.\\d+\\.\\d+ \\(`, "m"));
		}
		assert.match(notices, /Permission is hereby granted, free of charge/);
		assert.match(readFileSync(join(folder, "web/THIRD-PARTY.md"), "utf8"), /## react - /);
		assert.ok(!existsSync(join(folder, "node_modules")));
	});

	test("says nothing of the machine that it was made on", () => {
		const programs = readdirSync(folder).filter((name) => name.endsWith(".mjs"));
		assert.ok(programs.length >= 4);
		for (const name of programs) assert.ok(!readFileSync(join(folder, name), "utf8").includes(root), name);
	});
});

describe("the agent's bundle", () => {
	test("starts whatever it is told, and makes its certificate", async (t) => {
		const folder = emptyFolder();
		t.after(() => rmSync(folder, { recursive: true, force: true }));
		await bundleImage(root, imageOf("sidecar"), folder);
		const { code, output } = await runToEnd(join(folder, "agent.mjs"), "--certificate", "agent-1");
		assert.equal(code, 0, output);
		assert.match(output, /BEGIN CERTIFICATE/);

		const agent = spawn(process.execPath, [join(folder, "agent.mjs")], {
			cwd: "/",
			env: {},
			stdio: ["ignore", "pipe", "inherit"],
		});
		t.after(() => agent.kill("SIGKILL"));
		let log = "";
		agent.stdout.on("data", (chunk) => {
			log += chunk;
		});
		await eventually("it says what its environment lacks", () => log.includes("FURNACE_") || undefined);
		assert.equal(agent.exitCode, null);
	});
});
