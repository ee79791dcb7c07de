import { open } from "node:fs/promises";
import { archiveProblem } from "./archive-problem.ts";

/**
 * Size of a stored file, asked before an answer begins, so that a missing file is a problem and not a torn download.
 * @throws ProblemError `archive-unavailable`
 */
export async function storedSize(path: string): Promise<number> {
	try {
		const handle = await open(path, "r");
		try {
			return (await handle.stat()).size;
		} finally {
			await handle.close();
		}
	} catch (error) {
		throw archiveProblem(error, path);
	}
}
