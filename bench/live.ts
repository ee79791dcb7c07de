/**
 * How stale the live view is: `node_modules/.bin/node bench/live.ts [ROUNDS]`, as root, needs Chromium. A program begins to burn
 * in a new function five seconds after Record; measured is the time from there, by the program's own clock, to the event that
 * carries the function, and to the page that shows it.
 */
import type { Browser } from "playwright";
import { launchBrowser, noBrowser, openPage } from "../test/e2e/browser.ts";
import { eventually, type Furnace, startFurnace } from "../test/e2e/furnace.ts";
import { watchLive } from "../test/e2e/live-viewer.ts";
import { agentOf, podOfProcess } from "../test/e2e/pods.ts";
import { LATE_FUNCTION, startLate } from "../test/targets/targets.ts";
import { goal, median, say, sayLoad } from "./figures.ts";

const GOAL_MS = 2_000;
const rounds = Number(process.argv[2] ?? 10);

/** Milliseconds since the program began to burn. */
interface Staleness {
	event: number;
	page: number;
}

if (noBrowser) say(`skipped: ${noBrowser}`);
else await measureAll();

async function measureAll(): Promise<void> {
	const furnace = await startFurnace();
	const browser = await launchBrowser();
	const all: Staleness[] = [];
	try {
		for (let round = 0; round < rounds; round++) all.push(await measure(furnace, browser));
	} finally {
		await browser.close();
		await furnace.stop();
	}
	sayLoad();
	show(
		"to the event",
		all.map(({ event }) => event),
	);
	show(
		"to the page",
		all.map(({ page }) => page),
	);
}

async function measure(furnace: Furnace, browser: Browser): Promise<Staleness> {
	const target = await startLate();
	const pod = await podOfProcess(furnace, target.pid);
	const { page } = await openPage(browser, `${furnace.url}/?namespace=local&pod=${pod}`);
	try {
		await page.getByRole("button", { name: "Record", exact: true }).click();
		await page.waitForURL(/\/live\//);
		let carried: bigint | undefined;
		const viewer = watchLive(agentOf(furnace, pod), page.url().split("/").at(-1) as string, () => {
			if (viewer.has(LATE_FUNCTION)) carried ??= process.hrtime.bigint();
		});
		await page
			.getByRole("timer")
			.filter({ hasText: /0:0[5-9]/ })
			.waitFor();
		const began = await target.burn();
		await page.getByRole("row").filter({ hasText: LATE_FUNCTION }).first().waitFor();
		const shown = process.hrtime.bigint();
		const event = await eventually("the event that carries it", () => carried);
		await page.getByRole("button", { name: "Stop", exact: true }).click();
		await viewer.ended;
		return { event: Number(event - began) / 1e6, page: Number(shown - began) / 1e6 };
	} finally {
		await page.context().close();
		await target.stop();
	}
}

function show(what: string, milliseconds: readonly number[]): void {
	const most = Math.max(...milliseconds);
	const met = goal(most <= GOAL_MS, `every time within ${GOAL_MS} ms`);
	say(`${what.padEnd(22)} median ${median(milliseconds).toFixed(0)} ms, most ${most.toFixed(0)} ms  ${met}`);
}
