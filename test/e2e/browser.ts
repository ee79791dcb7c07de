import { existsSync } from "node:fs";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright";

const CHROMIUM = process.env.FURNACE_TEST_CHROMIUM ?? "/usr/bin/chromium";

/** For `test(..., {skip})`: why there is no browser here, or false. */
export const noBrowser = existsSync(CHROMIUM) ? false : `no Chromium at ${CHROMIUM}`;

export function launchBrowser(): Promise<Browser> {
	return chromium.launch({
		executablePath: CHROMIUM,
		args: [
			"--no-sandbox",
			"--disable-gpu",
			"--disable-quic",
			"--no-first-run",
			"--disable-background-networking",
			"--disable-component-update",
			"--disable-sync",
		],
	});
}

export interface WatchedPage {
	page: Page;
	/** console errors, uncaught exceptions, CSP violations and requests off the origin, as they came */
	complaints: string[];
}

const openPages = new Set<Page>();

/** For afterEach: when a test has failed, what its pages showed says more than the element that was waited for. */
export async function tellPages(context: {
	passed?: boolean;
	diagnostic(message: string): void;
}): Promise<void> {
	for (const page of openPages) {
		if (context.passed === false)
			context.diagnostic(`${page.url()} shows:\n${await page.locator("body").innerText()}`);
	}
}

/** Opens a page that notes everything a careful developer would complain about. */
export async function openPage(
	browser: Browser,
	url: string,
	options: BrowserContextOptions = {},
): Promise<WatchedPage> {
	const context = await browser.newContext(options);
	const page = await context.newPage();
	const complaints: string[] = [];
	const origin = new URL(url).origin;
	page.on("console", (message) => {
		if (message.type() === "error") complaints.push(`console: ${message.text()} (${message.location().url})`);
	});
	page.on("pageerror", (error) => complaints.push(`exception: ${error.message}`));
	page.on("request", (request) => {
		const target = new URL(request.url());
		if (target.protocol.startsWith("http") && target.origin !== origin)
			complaints.push(`request off the origin: ${request.url()}`);
	});
	openPages.add(page);
	page.on("close", () => openPages.delete(page));
	await page.goto(url);
	return { page, complaints };
}
