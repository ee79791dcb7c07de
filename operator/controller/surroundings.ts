import type { Connection } from "../../kubernetes/connect.ts";
import type { Log } from "../../kubernetes/log.ts";
import type { Applier } from "../apply/applier.ts";
import type { OperatorConfig } from "../config.ts";
import type { NodeFacts } from "./nodes.ts";
import type { StatusWriter } from "./status-writer.ts";
import type { Watches } from "./watches.ts";

/** What every step of reconciling has at hand. */
export interface Surroundings {
	readonly connection: Connection;
	readonly config: OperatorConfig;
	readonly log: Log;
	readonly now: () => Date;
	readonly applier: Applier;
	readonly statusWriter: StatusWriter;
	readonly watches: Watches;
	/** of the whole cluster, as they are now */
	readonly nodes: () => readonly NodeFacts[];
	/** @returns SHA-256 fingerprint of the certificate shown there; undefined: nobody answers */
	readonly shownCertificate: (host: string, port: number) => Promise<string | undefined>;
	readonly oldPodsRun: (before: Date) => Promise<boolean>;
}
