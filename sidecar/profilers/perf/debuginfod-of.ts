import { join } from "node:path";
import { createDebuginfod, type Debuginfod } from "../../../symbol-files/debuginfod.ts";

/** @returns undefined without servers: it is off unless somebody says whom to ask */
export function debuginfodOf(urls: readonly string[], workDir: string): Debuginfod | undefined {
	return urls.length === 0 ? undefined : createDebuginfod({ urls, folder: join(workDir, "debug-files") });
}
