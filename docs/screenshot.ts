/** Makes docs/screenshot.png anew: `node_modules/.bin/node docs/screenshot.ts`. */
import { fileURLToPath } from "node:url";
import { launchBrowser, openPage } from "../test/e2e/browser.ts";
import { startFurnace } from "../test/e2e/furnace.ts";
import { demoPod } from "../test/e2e/pods.ts";

const RECORDED_MS = 12_000;

const furnace = await startFurnace();
const browser = await launchBrowser();
try {
	const pod = await demoPod(furnace);
	const { page } = await openPage(browser, `${furnace.url}/?namespace=local&pod=${pod}`, {
		viewport: { width: 1280, height: 860 },
		colorScheme: "light",
	});
	await page.getByRole("button", { name: "Record", exact: true }).click();
	await page.getByRole("row").filter({ hasText: "findRepeatedItems" }).first().waitFor();
	await page.waitForTimeout(RECORDED_MS);
	await page.screenshot({ path: fileURLToPath(new URL("screenshot.png", import.meta.url)) });
} finally {
	await browser.close();
	await furnace.stop();
}
