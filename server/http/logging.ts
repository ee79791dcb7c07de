import { type DestinationStream, type Logger, type LoggerOptions, pino } from "pino";

const SECRET_HEADERS = [
	"authorization",
	"cookie",
	"set-cookie",
	"proxy-authorization",
	"x-forwarded-access-token",
];

const REDACTED_PATHS = SECRET_HEADERS.flatMap((name) => [
	`headers["${name}"]`,
	`*.headers["${name}"]`,
	`*["${name}"]`,
	`["${name}"]`,
]);

/**
 * A logger that keeps credentials out: JSON lines, headers with secrets redacted wherever they turn up.
 * @param destination absent: standard output
 */
export function createLogger(
	options: { level: LoggerOptions["level"]; name?: string },
	destination?: DestinationStream,
): Logger {
	const settings: LoggerOptions = {
		level: options.level ?? "info",
		...(options.name === undefined ? {} : { name: options.name }),
		redact: { paths: [...REDACTED_PATHS, "token", "*.token"], censor: "[redacted]" },
	};
	return destination === undefined ? pino(settings) : pino(settings, destination);
}
