import assert from "node:assert/strict";
import { AxeBuilder } from "@axe-core/playwright";
import type { Page } from "playwright";

/**
 * No violation that axe finds, and nothing wider than the page.
 * @param what is shown, for messages
 */
export async function checkLooks(page: Page, what: string): Promise<void> {
	const { violations } = await new AxeBuilder({ page }).analyze();
	assert.deepEqual(
		violations.map(({ id: rule, nodes }) => `${what} ${rule}: ${nodes[0]?.html}`),
		[],
	);
	const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
	assert.ok(overflow <= 0, `${what} is ${overflow} pixels too wide`);
}
