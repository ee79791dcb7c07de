import { randomUUID } from "node:crypto";
import { open, rename } from "node:fs/promises";
import { dirname } from "node:path";
import { syncDirectory } from "./atomic-directory.ts";

/** Readers see the file before or the file after, whenever the machine dies; the last of several writers wins. */
export async function replaceFile(path: string, text: string): Promise<void> {
	const temporary = `${path}.${randomUUID()}.new`;
	const handle = await open(temporary, "wx", 0o600);
	try {
		await handle.writeFile(text);
		await handle.sync();
	} finally {
		await handle.close();
	}
	await rename(temporary, path);
	await syncDirectory(dirname(path));
}
