import assert from "node:assert/strict";
import { after, afterEach, before, describe, type TestContext, test } from "node:test";
import type { Browser, Locator, Page } from "playwright";
import type { CallTreeDocument } from "../../contract/call-tree.ts";
import { createClient } from "../../contract/client.ts";
import { serverRoutes } from "../../contract/server-routes.ts";
import { type CallTree, fromDocument } from "../../profile/call-tree.ts";
import { LATE_FUNCTION, type LateTarget, startLate } from "../targets/targets.ts";
import { launchBrowser, noBrowser, openPage, tellPages } from "./browser.ts";
import { type CutLine, openLineTo } from "./cut-line.ts";
import { eventually, type Furnace, startFurnace } from "./furnace.ts";
import { linesOf, watchLive } from "./live-viewer.ts";
import { agentOf, podOfProcess } from "./pods.ts";

/** Five seconds or more of the recording's own clock: by then the live view has settled. */
const SETTLED = /0:0[5-9]|0:[1-5]\d|[1-9]:\d\d/;

describe("the live view", { skip: noBrowser }, () => {
	let furnace: Furnace;
	let browser: Browser;
	let target: LateTarget;
	let line: CutLine;
	before(async () => {
		furnace = await startFurnace();
		browser = await launchBrowser();
		// everything in it has the same frames live and finished: no debug information tells of inlined ones later
		target = await startLate();
		line = await openLineTo("127.0.0.1", Number(new URL(furnace.url).port));
	});
	after(async () => {
		await browser?.close();
		await line?.close();
		await target?.stop();
		await furnace?.stop();
	});
	afterEach((t) => tellPages(t as TestContext));

	test("shows what begins late while it burns, and every viewer ends up with the finished tree", async (t) => {
		const { page, pod, id, complaints } = await record();
		const agent = agentOf(furnace, pod);
		let carried: bigint | undefined;
		const early = watchLive(agent, id, () => {
			if (early.has(LATE_FUNCTION)) carried ??= process.hrtime.bigint();
		});
		const client = createClient({ baseUrl: overLine(furnace.url) });
		const interrupted = watchLive(agentOf({ ...furnace, client }, pod), id);
		await page.getByRole("timer").filter({ hasText: SETTLED }).waitFor();
		assert.equal(await lateFunction(page).count(), 0);
		assert.equal(early.has(LATE_FUNCTION), false);

		const began = await target.burn();
		await lateFunction(page).waitFor();
		const shown = process.hrtime.bigint();
		assert.equal(await stopButton(page).isEnabled(), true, "it is shown while it is recorded");
		const toEvent = await eventually("the event that carries it", () => carried && carried - began);
		t.diagnostic(`in an event ${toEvent / 1_000_000n} ms after it began`);
		t.diagnostic(`in the page ${(shown - began) / 1_000_000n} ms after it began`);

		const late = watchLive(agent, id);
		const { page: interruptedPage } = await openPage(browser, overLine(page.url()));
		await lateFunction(interruptedPage).waitFor();
		await interrupt(interruptedPage);
		await eventually("more, also after the cut", () => interrupted.deltasOfTree(2) > 1);
		await eventually("more, also for who came late", () => late.deltasOfTree(1) > 1);
		await stopButton(page).click();

		const finished = await finishedTree(id);
		const lines = linesOf(finished);
		assert.ok(lines.some((text) => text.includes(LATE_FUNCTION)));
		for (const [name, viewer] of Object.entries({ early, late, interrupted })) {
			await viewer.ended;
			assert.deepEqual(linesOf(viewer.tree()), lines, name);
		}
		const { page: archivePage } = await openPage(browser, `${furnace.url}/recordings/${id}`);
		for (const viewer of [page, interruptedPage]) await sameTable(viewer, archivePage);
		assert.deepEqual(complaints, []);
	});

	async function record() {
		const pod = await podOfProcess(furnace, target.pid);
		const opened = await openPage(browser, `${furnace.url}/?namespace=local&pod=${pod}`);
		await opened.page.getByRole("button", { name: "Record", exact: true }).click();
		await opened.page.waitForURL(/\/live\//);
		return { ...opened, pod, id: opened.page.url().split("/").at(-1) as string };
	}

	/** The same address by the line that can be cut. */
	function overLine(address: string): string {
		const url = new URL(address);
		url.port = String(line.port);
		return url.href.replace(/\/$/, "");
	}

	async function interrupt(page: Page): Promise<void> {
		const lost = page.getByText("Connection lost, trying again");
		line.cut();
		await lost.waitFor();
		line.mend();
		await lost.waitFor({ state: "hidden" });
	}

	async function finishedTree(id: string): Promise<CallTree> {
		const response = await eventually("the finished profile in the archive", () =>
			furnace.client.open(serverRoutes.getProfile, { params: { id }, query: { format: "json" } }),
		);
		return fromDocument((await response.json()) as CallTreeDocument);
	}
});

function lateFunction(page: Page): Locator {
	return page.getByRole("row").filter({ hasText: LATE_FUNCTION }).first();
}

function stopButton(page: Page): Locator {
	return page.getByRole("button", { name: "Stop", exact: true });
}

/** Both pages come to show the same functions with the same weights. */
async function sameTable(one: Page, other: Page): Promise<void> {
	await eventually("the same table in both pages", async () => {
		const [text, expected] = await Promise.all(
			[one, other].map((page) => page.getByRole("table").innerText()),
		);
		return text === expected;
	});
}
