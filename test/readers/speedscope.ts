import { readFile, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { basename, dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser } from "playwright";

const release = join(
	dirname(createRequire(import.meta.url).resolve("speedscope/package.json")),
	"dist/release",
);

/** A profile as speedscope exports it again. */
export interface SpeedscopeFile {
	readonly shared: { readonly frames: readonly { readonly name: string; readonly file?: string }[] };
	readonly profiles: readonly SpeedscopeProfile[];
}

export type SpeedscopeProfile =
	| { type: "sampled"; name: string; unit: string; samples: number[][]; weights: number[] }
	| { type: "evented"; name: string; unit: string; events: { type: "O" | "C"; frame: number; at: number }[] };

/** Imports a file with speedscope's own page, as its command line does, and exports what it understood. */
export async function throughSpeedscope(browser: Browser, path: string): Promise<SpeedscopeFile> {
	const content = (await readFile(path)).toString("base64");
	const script = `${path}.js`;
	await writeFile(script, `speedscope.loadFileFromBase64(${JSON.stringify(basename(path))}, "${content}")`);
	const page = await browser.newPage({ acceptDownloads: true });
	try {
		await page.goto(`${pathToFileURL(join(release, "index.html")).href}#localProfilePath=${script}`);
		const [download] = await Promise.all([
			page.waitForEvent("download"),
			page.getByText("Export", { exact: false }).first().click(),
		]);
		return JSON.parse(await readFile(await download.path(), "utf8")) as SpeedscopeFile;
	} finally {
		await page.close();
	}
}

/** Self weight by stack (names, root first, joined by `;`) of one profile of a file. */
export function stacksOf(file: SpeedscopeFile, profile: SpeedscopeProfile): Record<string, number> {
	const nameOf = (frame: number): string => file.shared.frames[frame].name;
	const weights: Record<string, number> = {};
	const add = (stack: readonly number[], weight: number): void => {
		const key = stack.map(nameOf).join(";");
		if (weight !== 0) weights[key] = (weights[key] ?? 0) + weight;
	};
	if (profile.type === "sampled") {
		for (const [index, stack] of profile.samples.entries()) add(stack, profile.weights[index]);
		return weights;
	}
	const open: number[] = [];
	let before = 0;
	for (const { type, frame, at } of profile.events) {
		add(open, at - before);
		before = at;
		if (type === "O") open.push(frame);
		else open.pop();
	}
	return weights;
}
