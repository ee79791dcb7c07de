import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { describe, test } from "node:test";
import type { Page } from "playwright";
import { SAMPLE_ID } from "../../contract/testing/sample-recording.ts";
import { noBrowser } from "./browser.ts";
import { EDIT, signIn, TOKENS, useGuardedPage } from "./guarded-page.ts";
import { checkLooks } from "./looks.ts";
import { PODS } from "./stand-in/guarded-server.ts";

describe("the page in a cluster", { skip: noBrowser }, () => {
	const given = useGuardedPage();
	const { open, openAs, complaints } = given;

	test("a recording that is downloaded carries the token in its header and keeps its name", async () => {
		await given.server.archive({ id: SAMPLE_ID });
		const page = await openAs(TOKENS.view, `/recordings/${SAMPLE_ID}`);
		await page.getByRole("button", { name: "Download", exact: true }).click();
		const waiting = page.waitForEvent("download");
		await page.getByRole("menuitem", { name: /Folded/ }).click();
		const download = await waiting;
		assert.equal(download.suggestedFilename(), `furnace-${PODS.ready}-${SAMPLE_ID}.folded`);
		assert.match(await readFile(await download.path(), "utf8"), /^main;work 42$/m);
		assert.deepEqual(complaints(), []);
	});

	test("a large download says how far it is, and one that breaks off says so", async () => {
		const page = await openAs(TOKENS.edit, `/?namespace=shop&pod=${PODS.ready}`);
		await page.getByRole("button", { name: "Record", exact: true }).click();
		await page.getByRole("button", { name: "Stop", exact: true }).click();
		await page.getByRole("button", { name: "Download", exact: true }).click();
		const waiting = page.waitForEvent("download");
		const told = page.getByRole("button", { name: /Downloading… .*MB/ }).waitFor();
		await page.getByRole("menuitem", { name: /perf\.data/ }).click();
		await told;
		const download = await waiting;
		assert.equal((await readFile(await download.path())).length, 24 * 1024 * 1024);

		await page.route(/format=folded/, (route) => route.abort("connectionreset"));
		await page.getByRole("button", { name: "Download", exact: true }).click();
		await page.getByRole("menuitem", { name: /Folded/ }).click();
		await page.getByRole("alert").filter({ hasText: "does not answer" }).waitFor();
	});

	test("who may only look can look; the page says which right is missing to record and who gives it, until it is given", async () => {
		const page = await openAs(TOKENS.view, `/?namespace=shop&pod=${PODS.ready}`);
		const record = page.getByRole("button", { name: "Record", exact: true });
		await page.getByText("You may not start or stop recordings in the namespace shop").waitFor();
		await page
			.getByText(
				"kubectl create rolebinding furnace-edit-system-serviceaccount-shop-viewer --clusterrole=edit --serviceaccount=shop:viewer -n shop",
				{ exact: true },
			)
			.waitFor();
		assert.equal(await record.isDisabled(), true);
		await page.getByRole("radio", { name: PODS.lost }).check();
		await page.getByRole("radio", { name: PODS.ready }).check();
		assert.equal(await record.isDisabled(), true, "known for the whole namespace");
		await page.getByRole("link", { name: "Recordings" }).click();
		await page.getByText("No recordings yet").waitFor();
		await page.goBack();

		given.server.issue(TOKENS.view, "system:serviceaccount:shop:viewer", { shop: EDIT });
		// the page asks again by itself
		await record.click();
		await page.getByRole("button", { name: "Stop", exact: true }).waitFor();
		assert.deepEqual(complaints(), []);
	});

	test("recordings name their namespace once there are several", async () => {
		await given.server.archive({ id: SAMPLE_ID });
		const page = await openAs(TOKENS.edit, "/recordings");
		await page.getByRole("link", { name: PODS.ready }).waitFor();
		assert.equal(await page.getByText("in shop").count(), 0);
		await page.route(/api\/v1\/recordings(\?|$)/, async (route) => {
			const answer = await route.fetch();
			const { items, ...rest } = await answer.json();
			const [one] = items;
			const other = { ...one, id: "another", target: { ...one.target, namespace: "many" } };
			await route.fulfill({ response: answer, json: { ...rest, items: [one, other] } });
		});
		await page.reload();
		await page.getByText("in shop").waitFor();
		await page.getByText("in many").waitFor();
		assert.deepEqual(complaints(), []);
	});

	test("a namespace that is not the caller's says which right is missing", async () => {
		const page = await openAs(TOKENS.view, "/?namespace=many");
		await page.getByText("You may not look at pods and recordings in the namespace many").waitFor();
		await page.getByText(/--clusterrole=view --serviceaccount=shop:viewer -n many/).waitFor();
	});

	test("a right that is taken away takes what was shown with it", async () => {
		const page = await openAs(TOKENS.view, `/?namespace=shop&pod=${PODS.ready}`);
		await page.getByRole("radio", { name: PODS.ready }).waitFor();
		given.server.issue(TOKENS.view, "system:serviceaccount:shop:viewer", {});
		await page.getByText("You may not look at pods and recordings in the namespace shop").first().waitFor();
		await page.getByRole("radio", { name: PODS.ready }).waitFor({ state: "detached" });
	});

	test("without a namespace the page says what to label, to be copied", async () => {
		const page = await openAs(TOKENS.nobody, "/", { permissions: ["clipboard-read", "clipboard-write"] });
		await page.getByText("kubectl label namespace NAMESPACE furnace=enabled", { exact: true }).waitFor();
		await page.getByRole("button", { name: /^Copy: kubectl patch deployment/ }).click();
		assert.equal(
			await page.evaluate(() => navigator.clipboard.readText()),
			`kubectl patch deployment/NAME -n NAMESPACE --type merge -p '{"spec":{"template":{"metadata":{"labels":{"furnace":"enabled"}}}}}'`,
		);
	});

	for (const [state, pod, words, fix] of [
		[
			"without sidecar",
			PODS.skipped,
			/created before it was labelled/,
			/rollout restart deployment\/billing -n shop/,
		],
		["lost", PODS.lost, /missed three heartbeats/, /kubectl logs search-0 -n shop -c furnace/],
		["stale-trust", PODS.stale, /certificates were renewed/, /rollout restart deployment\/mail -n shop/],
		["absent", PODS.absent, /registers within seconds/, /kubectl logs stock/],
	] as const) {
		test(`a pod that is ${state} says why, the fix to copy, and the ways to reach it`, async () => {
			const page = await openAs(TOKENS.edit);
			await page.getByRole("radio", { name: pod }).check();
			await page.getByText(words).waitFor();
			await page.getByRole("button", { name: fix }).waitFor();
			await page.getByText("Agent pod: not possible. This version cannot do that yet.").waitFor();
			assert.equal(await page.getByRole("button", { name: "Record", exact: true }).count(), 0);
			assert.deepEqual(complaints(), []);
		});
	}

	test("of a thousand pods some are drawn, and any is found by a word or two", async () => {
		const page = await openAs(TOKENS.edit, "/?namespace=many&pod=worker-999");
		assert.equal(await page.getByRole("radio", { name: "worker-999" }).isChecked(), true);
		assert.equal(await page.getByRole("radio").count(), 201);
		await page.getByText("799 more").waitFor();
		await page.getByLabel("Search: Pods").first().fill("777");
		await page.getByRole("radio", { name: "worker-777" }).check();
		assert.equal(await page.getByRole("radio").count(), 1);
		await page.getByLabel("Search: Pods").first().fill("no agent");
		await page.getByText("799 more").waitFor();
	});

	test("when the server goes, the words are a cluster's", async () => {
		const page = await openAs(TOKENS.edit);
		await page.getByRole("radio", { name: PODS.ready }).waitFor();
		await page.route("**/api/**", (route) => route.abort("connectionrefused"));
		await page
			.getByText(/port-forward/)
			.first()
			.waitFor();
		assert.equal(await page.getByText("npm start").count(), 0);
	});

	/** Every state where the page is narrow or usual, the most crowded ones at the widths between. */
	for (const [width, colorScheme, states] of [
		[360, "light", Object.keys(PODS)],
		[360, "dark", Object.keys(PODS)],
		[768, "light", ["skipped"]],
		[1280, "light", Object.keys(PODS)],
		[1280, "dark", Object.keys(PODS)],
		[1920, "dark", ["skipped"]],
	] as const) {
		test(`at ${width} pixels, ${colorScheme}: no violation that axe finds, nothing cut off`, async () => {
			const options = { colorScheme, viewport: { width, height: 900 }, reducedMotion: "reduce" } as const;
			const page = await open("/", options);
			await page.getByRole("button", { name: "Sign in" }).click();
			await page.getByText("Paste a token").waitFor();
			await look(page, "form");
			await signIn(page, TOKENS.nobody);
			await page.getByText("No namespace takes part").waitFor();
			await look(page, "no namespaces");
			await page.getByRole("button", { name: "Sign out" }).click();
			await signIn(page, TOKENS.view);
			for (const state of states) {
				await page.getByRole("radio", { name: PODS[state as keyof typeof PODS] }).check();
				await page.getByRole("heading", { level: 3 }).first().waitFor();
				await look(page, state);
			}
			await page.getByRole("radio", { name: PODS.ready }).check();
			await page.getByText("You may not start or stop").waitFor();
			await look(page, "view-only");
			given.server.revoke(TOKENS.view);
			await page.getByRole("heading", { level: 1, name: "Sign in again" }).waitFor();
			await look(page, "expired");
			assert.deepEqual(complaints(), []);
		});
	}
});

async function look(page: Page, what: string): Promise<void> {
	await page.evaluate(() => document.fonts.ready);
	if (process.env.FURNACE_TEST_SCREENSHOTS) {
		const { width } = page.viewportSize() ?? { width: 0 };
		const dark = await page.evaluate(() => matchMedia("(prefers-color-scheme: dark)").matches);
		const name = `${what.replaceAll(" ", "-")}-${width}-${dark ? "dark" : "light"}.png`;
		await page.screenshot({ path: `${process.env.FURNACE_TEST_SCREENSHOTS}/${name}` });
	}
	await checkLooks(page, what);
}
