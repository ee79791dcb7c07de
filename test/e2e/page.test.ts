import assert from "node:assert/strict";
import { after, afterEach, before, describe, type TestContext, test } from "node:test";
import type { Browser, Locator, Page } from "playwright";
import { agentRoutes } from "../../contract/agent-routes.ts";
import type { CallTreeDocument } from "../../contract/call-tree.ts";
import { serverRoutes } from "../../contract/server-routes.ts";
import { launchBrowser, noBrowser, openPage, tellPages, type WatchedPage } from "./browser.ts";
import { eventually, type Furnace, startFurnace } from "./furnace.ts";
import { checkLooks } from "./looks.ts";
import { agentOf, demoPod } from "./pods.ts";

const SLOW_FUNCTION = "findRepeatedItems";
const DEMO_FUNCTIONS =
	/findRepeatedItems|priceItems|applyDiscount|printReceipt|handleOrder|nextOrder|serveOrders/;

describe("the page", { skip: noBrowser }, () => {
	let furnace: Furnace;
	let browser: Browser;
	let opened: WatchedPage | undefined;
	before(async () => {
		furnace = await startFurnace();
		browser = await launchBrowser();
	});
	after(async () => {
		await browser?.close();
		await furnace?.stop();
	});
	afterEach(async (t) => {
		await tellPages(t as TestContext);
		await opened?.page.context().close();
		opened = undefined;
	});

	const open = async (path = "/", options = {}): Promise<Page> => {
		opened = await openPage(browser, furnace.url + path, options);
		return opened.page;
	};

	test("records the demo: the function's name appears before Stop, over half of the samples are its own", async () => {
		const page = await open();
		await choosePod(page, await demoPod(furnace));
		await page.getByRole("button", { name: "Record", exact: true }).click();

		await functionRow(page, SLOW_FUNCTION).waitFor();
		await page.getByRole("button", { name: "Stop", exact: true }).click();
		await page.getByRole("button", { name: "Download", exact: true }).waitFor();

		const id = await archivedId(page, furnace);
		const response = await furnace.client.open(serverRoutes.getProfile, {
			params: { id },
			query: { format: "json" },
		});
		const { own, all } = samplesIn((await response.json()) as CallTreeDocument, DEMO_FUNCTIONS);
		assert.ok(own > all / 2, `${own} of ${all} samples`);
		assert.deepEqual(opened?.complaints, []);
	});

	test("a reload while recording goes on with the live view, and a duration ends it by itself", async () => {
		const page = await open();
		await choosePod(page, await demoPod(furnace));
		await chooseDuration(page, 6);
		await page.getByRole("button", { name: "Record", exact: true }).click();
		await functionRow(page, SLOW_FUNCTION).waitFor();
		await page.reload();
		await functionRow(page, SLOW_FUNCTION).waitFor();
		await page.getByRole("button", { name: "Download", exact: true }).waitFor();
		assert.deepEqual(opened?.complaints, []);
	});

	test("works by keyboard alone: choose, record, find, zoom, stop, download", async () => {
		const page = await open();
		const name = await demoPod(furnace);
		await page.getByRole("radio", { name }).waitFor();
		await tabTo(
			page,
			page.getByRole("searchbox", { name: "Search: Pods" }).or(page.getByLabel("Search: Pods")).first(),
		);
		await page.keyboard.type("furnace-demo");
		await tabTo(page, page.getByRole("radio", { name }));
		await page.keyboard.press("Space");
		await tabTo(page, page.getByRole("button", { name: "Record", exact: true }));
		await page.keyboard.press("Enter");

		await functionRow(page, SLOW_FUNCTION).waitFor();
		await tabTo(page, page.getByRole("application"));
		for (let deeper = 0; deeper < 30; deeper++) await page.keyboard.press("ArrowDown");
		await page.keyboard.press("Enter");
		const reset = page.getByRole("button", { name: "Reset zoom" });
		await eventually("the graph is zoomed", async () => (await reset.isEnabled()) || undefined);
		await page.keyboard.press("Home");
		await eventually("the graph is whole again", async () => (await reset.isDisabled()) || undefined);

		await tabTo(page, page.getByLabel("Search functions and modules"));
		await page.keyboard.type(SLOW_FUNCTION);
		await page.locator("#fp-found").filter({ hasText: /\d/ }).waitFor();
		await tabTo(page, page.getByRole("button", { name: "Stop", exact: true }));
		await page.keyboard.press("Enter");
		const download = page.getByRole("button", { name: "Download", exact: true });
		await download.waitFor();
		await tabTo(page, download);
		await page.keyboard.press("Enter");
		const saved = page.waitForEvent("download");
		await page.getByRole("menuitem", { name: /Folded/ }).focus();
		await page.keyboard.press("Enter");
		assert.match((await saved).suggestedFilename(), /\.folded$/);
		assert.deepEqual(opened?.complaints, []);
	});

	describe("at every width, in light and dark: no violation that axe finds, nothing cut off, no complaint", () => {
		let id: string;
		let live: string;
		before(async () => {
			const pod = await demoPod(furnace);
			const body = { profiler: "perf" } as const;
			const running = await agentOf(furnace, pod).call(agentRoutes.startRecording, { body });
			live = `/live/local/${pod}/${running.id}`;
			const { items } = await furnace.client.call(serverRoutes.listRecordings, {});
			id = items[0]?.id ?? assert.fail("the recordings of the tests before");
		});
		for (const colorScheme of ["light", "dark"] as const) {
			for (const width of [360, 768, 1280, 1920]) {
				test(`${width} pixels, ${colorScheme}`, async () => {
					const pod = await demoPod(furnace);
					for (const path of [
						"/",
						`/?namespace=local&pod=${pod}`,
						`/recordings/${id}`,
						"/recordings",
						live,
						"/recordings/0000000000",
					]) {
						const page = await open(path, {
							colorScheme,
							viewport: { width, height: 900 },
							reducedMotion: "reduce",
						});
						await settled(page, path);
						await checkLooks(page, path);
						// An address without a recording is answered 404, which Chromium itself reports.
						const complaints = opened?.complaints.filter((text) => !text.includes("404"));
						assert.deepEqual(complaints, []);
						await page.context().close();
					}
				});
			}
		}
	});
});

async function choosePod(page: Page, name: string): Promise<void> {
	await page.getByRole("radio", { name }).check();
}

async function chooseDuration(page: Page, seconds: number): Promise<void> {
	await page.getByRole("radio", { name: "For a number of seconds" }).check();
	await page.getByRole("spinbutton", { name: "Seconds" }).fill(String(seconds));
}

function functionRow(page: Page, name: string): Locator {
	return page.getByRole("row").filter({ hasText: name }).first();
}

/** Presses Tab until the element has the focus, as somebody without a mouse does. */
async function tabTo(page: Page, target: Locator): Promise<void> {
	await target.waitFor();
	for (let presses = 0; presses < 300; presses++) {
		if (await target.evaluate((element) => element === document.activeElement)) return;
		await page.keyboard.press("Tab");
	}
	assert.fail(`Tab never reaches ${target}`);
}

/** A live view never comes to rest: there the first functions are waited for. */
async function settled(page: Page, path: string): Promise<void> {
	await page.getByRole("heading", { level: 1 }).waitFor();
	if (path.startsWith("/live/")) await functionRow(page, SLOW_FUNCTION).waitFor();
	else await page.waitForLoadState("networkidle");
}

async function archivedId(page: Page, furnace: Furnace): Promise<string> {
	const id = /\/(?:live\/[^/]+\/[^/]+|recordings)\/([0-9a-z]+)/.exec(page.url())?.[1];
	assert.ok(id, page.url());
	await eventually("the recording in the archive", () =>
		furnace.client.call(serverRoutes.getRecording, { params: { id } }),
	);
	return id;
}

/** Samples with at least one frame whose name matches, and all samples. */
function samplesIn(tree: CallTreeDocument, pattern: RegExp): { own: number; all: number } {
	const { parent, frame, self } = tree.nodes;
	const inside: boolean[] = [];
	let own = 0;
	let all = 0;
	for (let node = 0; node < parent.length; node++) {
		const name = tree.frames.name[frame[node] as number] ?? "";
		inside[node] = (inside[parent[node] as number] ?? false) || pattern.test(name);
		all += self[node] as number;
		if (inside[node]) own += self[node] as number;
	}
	return { own, all };
}
