import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, suite, test } from "node:test";
import { pathToFileURL } from "node:url";
import type { Browser, BrowserContextOptions, Page } from "playwright";
import { profileOf } from "../../profile/testing/arbitrary-profile.ts";
import { writeProfile } from "../../profile/write/formats.ts";
import { launchBrowser, noBrowser } from "../e2e/browser.ts";

suite("an SVG file in a browser", { skip: noBrowser }, () => {
	const folder = mkdtempSync(join(tmpdir(), "svg-"));
	const path = join(folder, "shop.svg");
	let browser: Browser;
	before(async () => {
		const profile = profileOf({ "main;read": 60, "main;write;flush_all": 30, idle: 10 });
		writeFileSync(path, await writeProfile(profile, "svg", { title: "shop" }));
		browser = await launchBrowser();
	});
	after(async () => {
		await browser?.close();
		rmSync(folder, { recursive: true });
	});
	const open = async (options?: BrowserContextOptions): Promise<Page> => {
		const page = await browser.newPage(options);
		await page.goto(pathToFileURL(path).href);
		return page;
	};

	test("shows every function and the total without a script, and no dead buttons", async () => {
		const page = await open({ javaScriptEnabled: false });
		for (const words of ["shop", "100 samples", "main", "read", "write", "flush_all", "idle"]) {
			await page.getByText(words, { exact: true }).last().waitFor();
		}
		assert.equal(await page.locator(".button").filter({ visible: true }).count(), 0);
		await page.close();
	});

	test("searches functions, and tells how much of the weight they have", async () => {
		const page = await open();
		page.on("dialog", (dialog) => dialog.accept("FLUSH"));
		await page.locator("#search").click();
		assert.equal(await page.locator("#found").textContent(), "1 frames, 30.0% of the weight");
		assert.equal(await page.locator(".match").getAttribute("data-name"), "flush_all");
		await page.close();
	});

	test("zooms to a function and back", async () => {
		const page = await open();
		await page.locator('[data-name="write"]').click();
		const wide = await page.locator('[data-name="write"] rect').getAttribute("width");
		assert.equal(Number(wide), 1180);
		assert.equal(await page.locator('[data-name="read"]').isVisible(), false);
		await page.locator("#reset").click();
		assert.equal(await page.locator('[data-name="read"]').isVisible(), true);
		await page.close();
	});
});
