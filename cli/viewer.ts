import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { HtmlViewer } from "../profile/write/html.ts";
import { CommandError } from "./terminal.ts";

/** In an image beside the program; in a checkout where it is built. */
const FOLDERS = ["web", "../ui/dist"];

/**
 * The program that draws the flamegraph in an HTML file.
 * @throws CommandError when it has not been built
 */
export function readViewer(): HtmlViewer {
	for (const folder of FOLDERS) {
		const script = join(import.meta.dirname, folder, "viewer.js");
		const style = join(import.meta.dirname, folder, "viewer.css");
		if (existsSync(script) && existsSync(style)) {
			return { script: readFileSync(script, "utf8"), style: readFileSync(style, "utf8") };
		}
	}
	throw new CommandError("The page's viewer is not built: run `npm run build:ui`, then try again.");
}
