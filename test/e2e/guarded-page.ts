import { after, afterEach, before, beforeEach, type TestContext } from "node:test";
import type { Browser, BrowserContextOptions, Page } from "playwright";
import type { Verb } from "../../server/adapters.ts";
import { launchBrowser, openPage, tellPages, type WatchedPage } from "./browser.ts";
import { type GuardedServer, startGuardedServer } from "./stand-in/guarded-server.ts";

const VIEW: readonly Verb[] = ["get", "list"];
export const EDIT: readonly Verb[] = [...VIEW, "create", "delete"];

/** As opaque as OpenShift's. */
export const TOKENS = {
	edit: "sha256~edit",
	anew: "sha256~anew",
	view: "sha256~view",
	nobody: "sha256~nobody",
};

export interface GuardedPage {
	/** of the test that runs */
	readonly server: GuardedServer;
	open(path?: string, options?: BrowserContextOptions): Promise<Page>;
	/** opens it and signs in */
	openAs(token: string, path?: string, options?: BrowserContextOptions): Promise<Page>;
	/** of the page that was opened last, but for what Chromium itself reports: every answer with an error status */
	complaints(): string[] | undefined;
	allComplaints(): string[] | undefined;
}

/** For a `describe`: one browser, and for each of its tests a server with people of every right. */
export function useGuardedPage(): GuardedPage {
	let server: GuardedServer;
	let browser: Browser;
	let opened: WatchedPage | undefined;
	before(async () => {
		browser = await launchBrowser();
	});
	after(() => browser?.close());
	beforeEach(async () => {
		server = await startGuardedServer();
		server.issue(TOKENS.edit, "jane", { shop: EDIT, many: EDIT });
		server.issue(TOKENS.view, "system:serviceaccount:shop:viewer", { shop: VIEW });
		server.issue(TOKENS.nobody, "nobody", {});
	});
	afterEach(async (t) => {
		await tellPages(t as TestContext);
		await opened?.page.context().close();
		await server.stop();
	});
	const open = async (path = "/", options: BrowserContextOptions = {}): Promise<Page> => {
		opened = await openPage(browser, server.url + path, options);
		return opened.page;
	};
	return {
		get server() {
			return server;
		},
		open,
		async openAs(token, path = "/", options = {}) {
			const page = await open(path, options);
			await signIn(page, token);
			return page;
		},
		complaints: () => opened?.complaints.filter((text) => !/status of (401|403|404)/.test(text)),
		allComplaints: () => opened?.complaints,
	};
}

export async function signIn(page: Page, token: string): Promise<void> {
	await page.getByLabel("Bearer token").fill(token);
	await page.keyboard.press("Enter");
	await page.getByLabel("Bearer token").waitFor({ state: "detached" });
}
