import { readFile } from "node:fs/promises";

/** The agent's token as it is now: the kubelet replaces the file. */
export async function readToken(file: string): Promise<string> {
	return (await readFile(file, "utf8")).trim();
}
