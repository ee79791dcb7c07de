import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { type Logger, multistream } from "pino";
import pretty from "pino-pretty";
import { createLogger } from "../server/http/logging.ts";
import { openLogFile } from "./log-file.ts";

/** Everything goes to `furnace.log` in the state folder, made anew at each start; warnings also to the terminal, a line each. */
export function openLog(stateDir: string): Logger {
	mkdirSync(stateDir, { recursive: true, mode: 0o700 });
	const file = openLogFile(join(stateDir, "furnace.log"));
	const terminal = pretty({ destination: 2, sync: true, hideObject: true, ignore: "pid,hostname" });
	return createLogger(
		{ level: "info" },
		multistream([
			{ level: "info", stream: file },
			{ level: "warn", stream: terminal },
		]),
	);
}
