import { OBJECTS } from "../contract/names.ts";
import type { Connection } from "../kubernetes/connect.ts";
import { holdLease } from "../kubernetes/lease.ts";
import type { Log } from "../kubernetes/log.ts";
import type { OperatorConfig } from "./config.ts";
import { runController } from "./controller/controller.ts";

export interface Operator {
	/** Stops, and lets another operator go on at once. */
	close(): Promise<void>;
}

/** Of all operators of a cluster one works, the others wait. */
export function startOperator(connection: Connection, config: OperatorConfig, log: Log): Operator {
	const lease = { namespace: config.namespace, name: OBJECTS.operator, identity: config.identity, log };
	return holdLease(connection, lease, (signal, fenced) =>
		runController({ connection: fenced, config, log, signal }),
	);
}
