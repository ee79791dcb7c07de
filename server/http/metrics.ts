import type { FastifyInstance } from "fastify";
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";

/** What the server counts; one registry a server, so that two in a process do not add up. */
export interface Metrics {
	/** uploads by outcome: `stored`, `known` or the problem's code */
	uploads: Counter<"outcome">;
	/** requests to agents that failed, by the problem's code */
	proxyErrors: Counter<"code">;
	registrations: Counter<"outcome">;
}

interface ArchiveFigures {
	recordings: number;
	skipped: number;
	evicted: number;
	bytes: number;
	maxBytes: number;
}

interface Sources {
	agents: () => Record<string, number>;
	archive: () => ArchiveFigures;
}

/** @param registry absent: one of its own */
export function addMetrics(app: FastifyInstance, sources: Sources, registry = new Registry()): Metrics {
	const registers = [registry];
	collectDefaultMetrics({ register: registry });
	countRequests(app, registry);
	gauge(registry, "furnace_agents", "Agents by state", "state", sources.agents);
	gauge(registry, "furnace_archive_recordings", "Recordings in the archive", "state", () => {
		const { recordings, skipped, evicted } = sources.archive();
		return { stored: recordings, unreadable: skipped, evicted };
	});
	gauge(
		registry,
		"furnace_archive_bytes",
		"Bytes of stored recordings, and how many there may be",
		"state",
		() => {
			const { bytes, maxBytes } = sources.archive();
			return { stored: bytes, limit: maxBytes };
		},
	);
	app.get("/metrics", { logLevel: "warn", schema: METRICS_SCHEMA }, async (_request, reply) =>
		reply.type(registry.contentType).send(await registry.metrics()),
	);
	return {
		uploads: new Counter({
			name: "furnace_uploads_total",
			help: "Uploads of finished profiles by outcome",
			labelNames: ["outcome"],
			registers,
		}),
		proxyErrors: new Counter({
			name: "furnace_proxy_errors_total",
			help: "Requests to agents that failed",
			labelNames: ["code"],
			registers,
		}),
		registrations: new Counter({
			name: "furnace_registrations_total",
			help: "Registrations and heartbeats by outcome",
			labelNames: ["outcome"],
			registers,
		}),
	};
}

const METRICS_SCHEMA = { tags: ["operation"], summary: "Metrics in Prometheus' text format" };

/** Labelled by the route's pattern, never by the address that was asked for: there may be any number of those. */
function countRequests(app: FastifyInstance, registry: Registry): void {
	const duration = new Histogram({
		name: "http_request_duration_seconds",
		help: "Time to answer a request",
		labelNames: ["method", "route", "status"],
		buckets: [0.005, 0.02, 0.1, 0.5, 2, 10],
		registers: [registry],
	});
	app.addHook("onResponse", async (request, reply) => {
		const route = request.routeOptions.url ?? "unknown";
		const labels = { method: request.method, route, status: String(reply.statusCode) };
		duration.observe(labels, reply.elapsedTime / 1000);
	});
}

/** A gauge that is read when it is asked for: one value for each value of its label. */
export function gauge(
	registry: Registry,
	name: string,
	help: string,
	label: string,
	read: () => Record<string, number>,
): void {
	new Gauge({
		name,
		help,
		labelNames: [label],
		registers: [registry],
		collect() {
			this.reset();
			for (const [value, count] of Object.entries(read())) this.set({ [label]: value }, count);
		},
	});
}
