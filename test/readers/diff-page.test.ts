import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, suite, test } from "node:test";
import { pathToFileURL } from "node:url";
import type { Browser, Page } from "playwright";
import { diffProfiles } from "../../profile/diff/diff.ts";
import { profileOf } from "../../profile/testing/arbitrary-profile.ts";
import { diffChunks } from "../../profile/write/diff.ts";
import { launchBrowser, noBrowser } from "../e2e/browser.ts";

suite("a difference in a browser", { skip: noBrowser }, () => {
	const folder = mkdtempSync(join(tmpdir(), "diff-"));
	let browser: Browser;
	before(async () => {
		const diff = diffProfiles(
			profileOf({ "main;read": 60, "main;write": 30, idle: 10 }),
			profileOf({ "main;read": 30, "main;write": 30, "main;flush_all": 30, idle: 10 }),
		);
		for (const format of ["html", "svg"] as const) {
			const chunks: Uint8Array[] = [];
			for await (const chunk of diffChunks(diff, format, { title: "shop", names: ["v1", "v2"] }))
				chunks.push(chunk);
			writeFileSync(join(folder, `shop.${format}`), Buffer.concat(chunks));
		}
		browser = await launchBrowser();
	});
	after(async () => {
		await browser?.close();
		rmSync(folder, { recursive: true });
	});
	const open = async (format: string, javaScriptEnabled = true): Promise<[Page, string[]]> => {
		const page = await browser.newPage({ javaScriptEnabled });
		const complaints: string[] = [];
		page.on("console", (message) => complaints.push(message.text()));
		page.on("pageerror", (error) => complaints.push(error.message));
		await page.goto(pathToFileURL(join(folder, `shop.${format}`)).href);
		return [page, complaints];
	};

	for (const format of ["html", "svg"]) {
		test(`${format}: says without a script what grew and what shrank`, async () => {
			const [page] = await open(format, false);
			const label = (name: string) => page.locator(`[data-name="${name}"]`);
			assert.equal(await label("▲ flush_all").isVisible(), true);
			assert.equal(await label("▼ read").isVisible(), true);
			assert.equal(await label("idle").isVisible(), true);
			const colours = await Promise.all(
				["▲ flush_all", "▼ read", "idle"].map((name) =>
					label(name)
						.locator("rect")
						.evaluate((rect) => getComputedStyle(rect).fill),
				),
			);
			assert.equal(new Set([...colours, "rgb(0, 0, 0)"]).size, 4, colours.join());
			await page.close();
		});

		test(`${format}: zooms and searches with its own script, and nothing is forbidden to it`, async () => {
			const [page, complaints] = await open(format);
			page.on("dialog", (dialog) => dialog.accept("FLUSH"));
			await page.locator("#search").click();
			assert.equal(await page.locator(".match").getAttribute("data-name"), "▲ flush_all");
			await page.locator('[data-name="▼ read"]').click();
			assert.equal(await page.locator('[data-name="idle"]').isVisible(), false);
			assert.deepEqual(complaints, []);
			await page.close();
		});
	}
});
