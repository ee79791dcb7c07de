import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { ProblemError } from "../../contract/problem.ts";
import type { HtmlViewer } from "../../profile/write/html.ts";

/**
 * The page's flamegraph as one script and one stylesheet, to be put into HTML downloads.
 * @throws ProblemError `page-not-built`
 */
export async function readViewer(webRoot: string): Promise<HtmlViewer> {
	const [script, style] = await Promise.all([
		readBuilt(join(webRoot, "viewer.js")),
		readBuilt(join(webRoot, "viewer.css")),
	]);
	return { script, style };
}

async function readBuilt(path: string): Promise<string> {
	try {
		return await readFile(path, "utf8");
	} catch (cause) {
		throw new ProblemError("page-not-built", undefined, { cause });
	}
}
