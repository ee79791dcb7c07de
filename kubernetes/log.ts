import type { BaseLogger } from "pino";

/** Where this room says what it does; a pino logger fits. */
export type Log = Pick<BaseLogger, "debug" | "info" | "warn" | "error">;

export const SILENT: Log = { debug() {}, info() {}, warn() {}, error() {} };
