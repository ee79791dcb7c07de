import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { describe, test } from "node:test";
import type { Page } from "playwright";
import { noBrowser } from "./browser.ts";
import { TOKENS, useGuardedPage } from "./guarded-page.ts";
import { checkLooks } from "./looks.ts";

const OLD = "0old".padEnd(26, "0");
const NEW = "1new".padEnd(26, "0");
const OTHER = "2other".padEnd(26, "0");
const COMPARISON = `/compare?base=${OLD}&comparison=${NEW}`;

describe("comparing two recordings", { skip: noBrowser }, () => {
	const given = useGuardedPage();
	const { openAs, complaints } = given;

	/** The same program before and after a change, and another one. */
	async function archiveThree(): Promise<void> {
		await given.server.archive({ id: OLD, startedAt: "2026-11-20T10:00:00.000Z" }, { work: 60, parse: 40 });
		await given.server.archive({ id: NEW, startedAt: "2026-11-21T10:00:00.000Z" }, { work: 10, fresh: 10 });
		await given.server.archive({ id: OTHER, startedAt: "2026-11-21T11:00:00.000Z" });
	}

	test("by keyboard: two are ticked, the older one is the base, and the page says what changed", async () => {
		await archiveThree();
		const page = await openAs(TOKENS.view, "/recordings");
		const compare = page.getByRole("button", { name: "Compare", exact: true });
		const boxes = page.getByRole("checkbox", { name: /^Compare / });
		assert.equal(await compare.getAttribute("aria-disabled"), "true");
		await boxes.nth(1).focus();
		await page.keyboard.press("Space");
		await page.getByText("One is chosen").waitFor();
		await boxes.nth(2).focus();
		await page.keyboard.press("Space");
		await page.getByText("Two are chosen").waitFor();
		assert.equal(await boxes.nth(0).isDisabled(), true);
		await compare.focus();
		await page.keyboard.press("Enter");

		await page.waitForURL(`**${COMPARISON}`);
		await change(page, "fresh", "+50.0 points", "0% to 50.0%");
		await change(page, "parse", "-40.0 points", "40.0% to 0%");
		await change(page, "work", "-10.0 points", "60.0% to 50.0%");
		await page.getByRole("button", { name: "-40.0 points parse" }).press("Enter");
		await page.getByText("Total 40.0% to 0% (-40.0 points)").first().waitFor();

		await page.getByLabel("Search functions and modules").fill("work");
		await page.getByText("1 function found").waitFor();
		assert.equal(await page.getByRole("row").count(), 2);
		await page.getByLabel("Search functions and modules").fill("");
		await page.getByRole("button", { name: "Swap" }).press("Enter");
		await page.waitForURL(`**/compare?base=${NEW}&comparison=${OLD}`);
		await change(page, "fresh", "-50.0 points", "50.0% to 0%");
		assert.deepEqual(complaints(), []);
	});

	test("downloads it", async () => {
		await archiveThree();
		const page = await openAs(TOKENS.view, COMPARISON);
		await page.getByRole("button", { name: "Download", exact: true }).click();
		const waiting = page.waitForEvent("download");
		await page.getByRole("menuitem", { name: /Folded/ }).click();
		const download = await waiting;
		assert.equal(download.suggestedFilename(), `furnace-diff-${OLD}-${NEW}.folded`);
		assert.deepEqual((await readFile(await download.path(), "utf8")).trim().split("\n").sort(), [
			"main;fresh 0 10",
			"main;parse 40 0",
			"main;work 60 10",
		]);
		assert.deepEqual(complaints(), []);
	});

	test("nothing changed, nothing chosen, nothing there, nothing one may see: each is said", async () => {
		await archiveThree();
		const page = await openAs(TOKENS.view, `/compare?base=${OLD}&comparison=${OLD}`);
		await page.getByText("Nothing has changed").waitFor();
		await goTo(page, "/compare");
		await page.getByText("Two recordings are needed").waitFor();
		await goTo(page, `/compare?base=${OLD}&comparison=${"x".repeat(26)}`);
		await page.getByText("No such recording").first().waitFor();
		given.server.issue(TOKENS.view, "system:serviceaccount:shop:viewer", {});
		await goTo(page, COMPARISON);
		await page.getByText("No such recording").first().waitFor();
		assert.equal(await page.getByText("fresh").count(), 0);
		assert.deepEqual(complaints(), []);
	});

	test("looks right at every width, in light and dark", async () => {
		await archiveThree();
		for (const colorScheme of ["light", "dark"] as const) {
			for (const width of [360, 1280]) {
				const options = { colorScheme, viewport: { width, height: 900 }, reducedMotion: "reduce" } as const;
				const page = await openAs(TOKENS.view, COMPARISON, options);
				await change(page, "fresh", "+50.0 points", "0% to 50.0%");
				await checkLooks(page, `${COMPARISON}, ${width}, ${colorScheme}`);
				await goTo(page, "/recordings");
				await page
					.getByRole("checkbox", { name: /^Compare / })
					.first()
					.check();
				await checkLooks(page, `/recordings, ${width}, ${colorScheme}`);
				assert.deepEqual(complaints(), []);
				await page.context().close();
			}
		}
	});
});

/** Waits until a function's row says so of its own share. */
async function change(page: Page, name: string, points: string, fromTo: string): Promise<void> {
	const row = page.getByRole("row").filter({ has: page.getByRole("button", { name, exact: true }) });
	await row
		.getByRole("cell")
		.first()
		.filter({ hasText: `${points}${fromTo}` })
		.waitFor();
}

/** In the same tab: signed in as before. */
async function goTo(page: Page, address: string): Promise<void> {
	await page.goto(new URL(address, page.url()).href);
}
