import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Locator } from "playwright";
import { noBrowser } from "./browser.ts";
import { eventually } from "./furnace.ts";
import { EDIT, signIn, TOKENS, useGuardedPage } from "./guarded-page.ts";
import { SLOW_FUNCTION } from "./stand-in/agent.ts";
import { PODS } from "./stand-in/guarded-server.ts";

describe("signing in", { skip: noBrowser }, () => {
	const given = useGuardedPage();
	const { open, openAs, complaints, allComplaints } = given;

	test("without a token there is only the form; a wrong one is refused in words, the right one opens the page", async () => {
		const page = await open(`/?namespace=shop&pod=${PODS.ready}`);
		const field = page.getByLabel("Bearer token");
		await page.getByRole("heading", { level: 1, name: "Sign in" }).waitFor();
		await eventually("the field has the focus", () => isFocused(field));
		await page.getByText("kubectl create token NAME -n NAMESPACE --duration 8h").waitFor();
		await page.getByText("oc whoami -t").waitFor();
		for (const [text, words] of [
			["", /Paste a token/],
			["sha256~wrong", /does not take this token/],
			["nächste", /no token has/],
		] as const) {
			await field.fill(text);
			await page.keyboard.press("Enter");
			await page.getByText(words).waitFor();
			assert.equal(await field.getAttribute("aria-invalid"), "true", text);
		}
		await field.fill(`Bearer ${TOKENS.edit} `);
		await page.getByRole("button", { name: "Sign in" }).click();
		await page.getByRole("radio", { name: PODS.ready }).waitFor();
		await page.getByRole("button", { name: "Record", exact: true }).waitFor();
		assert.equal(await page.title(), "Record · Furnace");
		assert.deepEqual(complaints(), []);
	});

	test("the token is kept in this tab alone: no cookie, no address, no other storage; a reload keeps it", async () => {
		const page = await openAs(TOKENS.edit);
		await page.getByRole("radio", { name: PODS.ready }).waitFor();
		await page.reload();
		await page.getByRole("radio", { name: PODS.ready }).waitFor();
		assert.deepEqual(await page.context().cookies(), []);
		assert.equal(await page.evaluate(() => JSON.stringify(localStorage).includes("sha256")), false);
		assert.deepEqual(
			given.server.addresses.filter((address) => address.includes("sha256")),
			[],
		);
		const other = await page.context().newPage();
		await other.goto(given.server.url);
		await other.getByRole("heading", { level: 1, name: "Sign in" }).waitFor();
	});

	test("behind a proxy that adds the header nobody sees a form, nor a way to sign out", async () => {
		const page = await open("/", { extraHTTPHeaders: { authorization: `Bearer ${TOKENS.edit}` } });
		await page.getByRole("radio", { name: PODS.ready }).waitFor();
		assert.equal(await page.getByRole("button", { name: "Sign out" }).count(), 0);
		assert.equal(await page.evaluate(() => sessionStorage.length), 0);
		assert.deepEqual(allComplaints(), []);
	});

	test("a token that runs out during the live view brings the form, and the new one brings back the very view", async () => {
		const page = await openAs(TOKENS.edit, `/?namespace=shop&pod=${PODS.ready}`);
		await page.getByRole("button", { name: "Record", exact: true }).click();
		await page.getByRole("row").filter({ hasText: SLOW_FUNCTION }).first().waitFor();
		const search = page.getByLabel("Search functions and modules");
		await search.fill("print");
		const address = page.url();
		const title = await page.title();

		given.server.revoke(TOKENS.edit);
		given.server.issue(TOKENS.anew, "jane", { shop: EDIT });
		await page.getByRole("heading", { level: 1, name: "Sign in again" }).waitFor();
		assert.equal(
			await page.getByRole("button", { name: "Stop" }).count(),
			0,
			"nothing behind can be reached",
		);
		const asked = given.server.authorizations.length;
		await signIn(page, TOKENS.anew);

		await page.getByRole("button", { name: "Stop", exact: true }).waitFor();
		assert.equal(page.url(), address);
		assert.equal(await page.title(), title);
		assert.equal(await search.inputValue(), "print");
		await eventually("the focus is back", () => isFocused(search));
		assert.ok(
			given.server.authorizations.slice(asked).every((value) => value === `Bearer ${TOKENS.anew}`),
			"nothing was asked without a token meanwhile",
		);
		await page.getByRole("button", { name: "Stop", exact: true }).click();
		await page.getByRole("button", { name: "Download", exact: true }).waitFor();
		assert.deepEqual(complaints(), []);
	});

	test("what somebody pressed with a token that had run out is not done behind their back", async () => {
		const page = await openAs(TOKENS.edit, `/?namespace=shop&pod=${PODS.ready}`);
		await page.getByRole("radio", { name: "For a number of seconds" }).check();
		await page.getByRole("spinbutton", { name: "Seconds" }).fill("77");
		given.server.revoke(TOKENS.edit);
		given.server.issue(TOKENS.anew, "jane", { shop: EDIT });
		await page.getByRole("button", { name: "Record", exact: true }).click();
		await signIn(page, TOKENS.anew);
		assert.equal(await page.getByRole("spinbutton", { name: "Seconds" }).inputValue(), "77");
		assert.equal(await page.getByText("Recording right now").count(), 0);
		await page.getByRole("button", { name: "Record", exact: true }).click();
		await page.getByRole("button", { name: "Stop", exact: true }).waitFor();
	});

	test("signing out leaves nothing of what was shown; the next one sees their own", async () => {
		const page = await openAs(TOKENS.edit);
		await page.getByRole("radio", { name: PODS.ready }).waitFor();
		await page.getByRole("button", { name: "Sign out" }).click();
		await page.getByRole("heading", { level: 1, name: "Signed out" }).waitFor();
		assert.equal((await page.content()).includes(PODS.ready), false);
		assert.equal(await page.evaluate(() => sessionStorage.length), 0);
		await signIn(page, TOKENS.nobody);
		await page.getByText("No namespace takes part that you may see").waitFor();
		assert.equal((await page.content()).includes(PODS.ready), false);
	});
});

async function isFocused(element: Locator): Promise<true | undefined> {
	return (await element.evaluate((one) => one === document.activeElement)) || undefined;
}
