import { Counter, type Registry } from "prom-client";
import type { SkipCode } from "../../contract/skip-reason.ts";
import type { AdmissionOutcome } from "../admission/mutate.ts";
import { gauge } from "../http/metrics.ts";

/** What only a server in a cluster counts. */
export interface ClusterMetrics {
	readonly admitted: (outcome: AdmissionOutcome) => void;
	readonly skipped: (code: SkipCode) => void;
}

export interface ClusterSources {
	/** entries by cache */
	readonly caches: () => Record<string, number>;
	/** seconds by kind of objects; Infinity: never */
	readonly staleness: () => Record<string, number>;
}

export function clusterMetrics(registry: Registry, { caches, staleness }: ClusterSources): ClusterMetrics {
	const registers = [registry];
	const admissions = new Counter({
		name: "furnace_admission_requests_total",
		help: "Admission reviews by outcome: injected, ignored or the code of why not; dry runs are not counted",
		labelNames: ["outcome"],
		registers,
	});
	const skips = new Counter({
		name: "furnace_pods_without_sidecar_total",
		help: "New pods that asked for a sidecar and have none, by the code of why; every replica counts all",
		labelNames: ["code"],
		registers,
	});
	gauge(registry, "furnace_cache_entries", "Remembered answers of the API server", "cache", caches);
	gauge(
		registry,
		"furnace_watch_stale_seconds",
		"Since when the API server was last heard of; in health below 30",
		"resource",
		staleness,
	);
	return {
		admitted: (outcome) => admissions.inc({ outcome }),
		skipped: (code) => skips.inc({ code }),
	};
}
