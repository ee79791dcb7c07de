import assert from "node:assert/strict";
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { chmodSync, chownSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, afterEach, before, describe, type TestContext, test } from "node:test";
import { fileURLToPath } from "node:url";
import type { Browser, Page } from "playwright";
import { agentRoutes } from "../../contract/agent-routes.ts";
import { CAUSES, type Recording } from "../../contract/recording.ts";
import { serverRoutes } from "../../contract/server-routes.ts";
import { launchBrowser, noBrowser, openPage, tellPages } from "./browser.ts";
import { eventually, type Furnace, freePort, startFurnace } from "./furnace.ts";
import { agentOf, demoPod, podOfProcess } from "./pods.ts";
import { processesOf } from "./processes.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const program = [join(root, "node_modules/.bin/node"), join(root, "embedded/main.ts")];
const NOBODY = 65_534;

describe("when something is wrong, the page says what happened and what to do", { skip: noBrowser }, () => {
	let browser: Browser;
	before(async () => {
		browser = await launchBrowser();
	});
	after(() => browser?.close());
	afterEach((t) => tellPages(t as TestContext));

	test("perf is missing", async (t) => {
		const path = pathWithout("perf");
		const furnace = await startFurnace({ command: program, env: { PATH: path } });
		t.after(furnace.stop);
		const pod = await demoPod(furnace);
		const { page } = await openPage(browser, `${furnace.url}/?namespace=local&pod=${pod}`);
		await seen(page, /apt-get install linux-perf/);
		assert.equal(await page.getByRole("button", { name: "Record", exact: true }).isDisabled(), true);
		const start = agentOf(furnace, pod).call(agentRoutes.startRecording, { body: { profiler: "perf" } });
		await assert.rejects(start, { code: "profiler-unavailable" });
		await close(page, furnace);
		rmSync(path, { recursive: true });
	});

	test("perf is refused: a user without rights records somebody else's process", async (t) => {
		if (process.getuid?.() !== 0) return t.skip("needs root, to become a user without rights");
		if (!nobodyCanRead(join(root, "package.json")))
			return t.skip("the checkout is not readable for other users");
		const victim = busyShell();
		t.after(() => victim.kill("SIGKILL"));
		const stateDir = mkdtempSync(join(tmpdir(), "furnace-e2e-"));
		chownSync(stateDir, NOBODY, NOBODY);
		const asNobody = ["setpriv", `--reuid=${NOBODY}`, `--regid=${NOBODY}`, "--clear-groups"];
		const furnace = await startFurnace({
			command: [...asNobody, ...program],
			stateDir,
			env: { HOME: stateDir },
		});
		t.after(furnace.stop);
		const pod = await podOfProcess(furnace, victim.pid);
		const { page } = await openPage(browser, `${furnace.url}/?namespace=local&pod=${pod}`);
		await seen(page, CAUSES["not-permitted"].message);
		await seen(page, /CAP_PERFMON/);
		assert.equal(await page.getByRole("button", { name: "Record", exact: true }).isDisabled(), true);
		// Whoever records all the same is told the same, with perf's own words.
		const agent = agentOf(furnace, pod);
		const { id } = await agent.call(agentRoutes.startRecording, { body: { profiler: "perf" } });
		await page.goto(`${furnace.url}/live/local/${pod}/${id}`);
		await seen(page, "The recording failed");
		await seen(page, CAUSES["not-permitted"].message);
		await close(page, furnace);
		rmSync(stateDir, { recursive: true });
	});

	test("the target ends while it is recorded: its samples stay", async (t) => {
		const victim = busyShell();
		t.after(() => victim.kill("SIGKILL"));
		const furnace = await startFurnace();
		t.after(furnace.stop);
		const pod = await podOfProcess(furnace, victim.pid);
		const { page } = await openPage(browser, `${furnace.url}/?namespace=local&pod=${pod}`);
		await page.getByRole("button", { name: "Record", exact: true }).click();
		await page.getByRole("row").nth(2).waitFor();
		victim.kill("SIGKILL");
		await seen(page, CAUSES["target-exited"].message);
		await page.getByRole("button", { name: "Download", exact: true }).waitFor();
		await close(page, furnace);
	});

	test("the agent is killed while it records: the page waits, recovers, and shows what was kept", async (t) => {
		const furnace = await startFurnace();
		t.after(furnace.stop);
		const pod = await demoPod(furnace);
		const { page } = await openPage(browser, `${furnace.url}/?namespace=local&pod=${pod}`);
		await page.getByRole("button", { name: "Record", exact: true }).click();
		await page.getByRole("row").filter({ hasText: "findRepeatedItems" }).first().waitFor();
		const id = page.url().split("/").at(-1) as string;
		await eventually("a checkpoint on disk", () => hasCheckpoint(furnace, id));
		process.kill(agentProcess(furnace), "SIGKILL");

		await page.getByText(CAUSES["agent-restarted"].message).first().waitFor({ timeout: 60_000 });
		const recording = await archived(furnace, id);
		assert.equal(recording.state, "failed");
		assert.equal(recording.cause?.code, "agent-restarted");
		assert.ok(recording.samples > 0, "the samples until the checkpoint are kept");
		await close(page, furnace);
	});

	test("the agent is silent while it records: the page says so before the connection counts as dead", async (t) => {
		const furnace = await startFurnace();
		t.after(furnace.stop);
		const pod = await demoPod(furnace);
		const { page } = await openPage(browser, `${furnace.url}/?namespace=local&pod=${pod}`);
		await page.getByRole("button", { name: "Record", exact: true }).click();
		await page.getByRole("row").filter({ hasText: "findRepeatedItems" }).first().waitFor();
		const agent = agentProcess(furnace);
		const quiet = page.getByText("No news from the agent");
		try {
			process.kill(agent, "SIGSTOP");
			await quiet.waitFor();
			assert.equal(await page.getByText("Connection lost").count(), 0);
		} finally {
			process.kill(agent, "SIGCONT");
		}
		await quiet.waitFor({ state: "hidden" });
		await page.getByRole("button", { name: "Stop", exact: true }).click();
		await page.getByRole("button", { name: "Download", exact: true }).waitFor();
		await close(page, furnace);
	});

	test("the server is restarted while the page is open: it says so, and goes on by itself", async (t) => {
		const port = await freePort();
		const stateDir = mkdtempSync(join(tmpdir(), "furnace-e2e-"));
		const first = await startFurnace({ port, stateDir });
		t.after(first.stop);
		const before = await demoPod(first);
		const { page } = await openPage(browser, first.url);
		await page.getByRole("radio", { name: before }).waitFor();
		await first.stop();
		await seen(page, /does not answer/);
		await seen(page, /npm start/);

		const second = await startFurnace({ port, stateDir });
		t.after(second.stop);
		const now = await demoPod(second);
		await page.getByRole("radio", { name: now }).waitFor();
		await page
			.getByText(/does not answer/)
			.first()
			.waitFor({ state: "hidden" });
		await close(page, second);
		rmSync(stateDir, { recursive: true });
	});
});

async function seen(page: Page, text: string | RegExp): Promise<void> {
	await page.getByText(text).first().waitFor();
}

/** A folder with links to all commands of PATH but one. */
function pathWithout(missing: string): string {
	const folder = mkdtempSync(join(tmpdir(), "furnace-path-"));
	for (const directory of (process.env.PATH ?? "").split(":").reverse()) {
		for (const name of commandsIn(directory)) {
			if (name === missing) continue;
			rmSync(join(folder, name), { force: true });
			symlinkSync(join(directory, name), join(folder, name));
		}
	}
	chmodSync(folder, 0o755);
	return folder;
}

function commandsIn(directory: string): string[] {
	try {
		return readdirSync(directory);
	} catch {
		// PATH may name folders that do not exist.
		return [];
	}
}

function nobodyCanRead(path: string): boolean {
	try {
		execFileSync("setpriv", [`--reuid=${NOBODY}`, `--regid=${NOBODY}`, "--clear-groups", "test", "-r", path]);
		return true;
	} catch {
		return false;
	}
}

function busyShell(): ChildProcess {
	return spawn("sh", ["-c", "while :; do :; done"], { stdio: "ignore" });
}

function agentProcess(furnace: Furnace): number {
	const agent = processesOf(furnace.stateDir).find(({ command }) => command.includes("embedded/agent.ts"));
	return agent?.pid ?? assert.fail("the agent runs");
}

function hasCheckpoint(furnace: Furnace, id: string): true | undefined {
	const files = readdirSync(join(furnace.stateDir, "agent"), { recursive: true, encoding: "utf8" });
	return files.some((name) => name.includes(id) && name.endsWith(".pb.gz")) || undefined;
}

function archived(furnace: Furnace, id: string): Promise<Recording> {
	return eventually("the recording in the archive", () =>
		furnace.client.call(serverRoutes.getRecording, { params: { id } }),
	);
}

async function close(page: Page, furnace: Furnace): Promise<void> {
	await page.context().close();
	await furnace.stop();
}
