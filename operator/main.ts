import closeWithGrace from "close-with-grace";
import { pino } from "pino";
import { connectCluster } from "../kubernetes/connect.ts";
import { startOperator } from "./app.ts";
import { ConfigError, type OperatorConfig, readConfig } from "./config.ts";
import { serveHealth } from "./health.ts";

/** sysexits: EX_CONFIG */
const EXIT_CONFIG = 78;
const GRACE_MS = 15_000;

const config = configured();
const log = pino({ level: config.logLevel });
const { kubeconfig } = config;
const connection = connectCluster({ log, ...(kubeconfig === undefined ? {} : { kubeconfig }) });
const operator = startOperator(connection, config, log);
const health = config.healthPort === undefined ? undefined : await serveHealth(config.healthPort);
log.info({ cluster: connection.server, version: config.version }, "the operator has started");

closeWithGrace({ delay: GRACE_MS, logger: log }, async () => {
	await operator.close();
	await connection.close();
	health?.close();
});

function configured(): OperatorConfig {
	try {
		return readConfig(process.env, process.argv.slice(2));
	} catch (error) {
		if (!(error instanceof ConfigError)) throw error;
		console.error(error.message);
		process.exit(EXIT_CONFIG);
	}
}
