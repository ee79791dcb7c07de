import { isDeepStrictEqual } from "node:util";
import { FURNACE_KIND } from "../../contract/furnace-resource.ts";
import type { Connection } from "../../kubernetes/connect.ts";
import { KINDS } from "../../kubernetes/kinds.ts";
import type { Log } from "../../kubernetes/log.ts";
import { type Store, watchObjects } from "../../kubernetes/store.ts";
import { createApplier } from "../apply/applier.ts";
import { shownCertificate } from "../certificates/shown-certificate.ts";
import type { OperatorConfig } from "../config.ts";
import { chooseFurnace, type Furnace } from "../furnace.ts";
import { POD_SELECTOR } from "../objects/labels.ts";
import type { Pod } from "../pod.ts";
import { alreadyInstalled, rightsMissing } from "./findings.ts";
import { install } from "./install.ts";
import { startLoop } from "./loop.ts";
import { type NodeFacts, nodeFacts } from "./nodes.ts";
import { askForOldPods } from "./old-pods.ts";
import { commandToAllow, mayManage } from "./rights.ts";
import { createStatusWriter } from "./status-writer.ts";
import type { Surroundings } from "./surroundings.ts";
import { uninstall } from "./uninstall.ts";
import { openWatches } from "./watches.ts";

export interface ControllerOptions {
	readonly connection: Connection;
	readonly config: OperatorConfig;
	readonly log: Log;
	/** ends it */
	readonly signal: AbortSignal;
	/** for tests */
	readonly now?: () => Date;
	readonly shownCertificate?: Surroundings["shownCertificate"];
	/** told at the end of each round that found no fault */
	readonly onReconciled?: () => void;
}

const IDLE_MS = 600_000;
const RIGHTS_AGAIN_MS = 15_000;

/** Keeps the cluster as its Furnaces say until the signal aborts. */
export async function runController(options: ControllerOptions): Promise<void> {
	const { connection, config, log, signal, now = () => new Date() } = options;
	const request = () => loop.request();
	const furnaces = watchObjects<Furnace>(connection, FURNACE_KIND, { onChange: request, log });
	const nodes = watchObjects<Parameters<typeof nodeFacts>[0], NodeFacts>(connection, KINDS.node, {
		project: nodeFacts,
		// nodes report themselves every few minutes: only what is kept matters
		onChange: ({ type, object, before }) => {
			if (type !== "changed" || !isDeepStrictEqual(object, before)) request();
		},
		log,
	});
	const watches = openWatches(connection, { onChange: request, log });
	const pods = followPods(connection, { onChange: request, log });
	const surroundings: Surroundings = {
		connection,
		config,
		log,
		now,
		watches,
		applier: createApplier(connection, log),
		statusWriter: createStatusWriter(connection, { log, now }),
		nodes: () => nodes.list(),
		shownCertificate: options.shownCertificate ?? shownCertificate,
		oldPodsRun: askForOldPods(connection, now),
	};
	/** the namespace in which everything went well the last time */
	let managed: string | undefined;
	const known = Promise.all([furnaces.synced, nodes.synced]);
	const ended = aborted(signal);
	const loop = startLoop(reconcile, { signal, log });
	await loop.ended;
	for (const open of [furnaces, nodes, watches, pods]) open.close();

	async function reconcile(): Promise<number> {
		// with half of what there is, a Furnace would look as if it were gone
		await Promise.race([known, ended]);
		if (signal.aborted) return IDLE_MS;
		const all = furnaces.list();
		const chosen = chooseFurnace(all);
		for (const other of all)
			if (other !== chosen && chosen !== undefined && other.metadata.deletionTimestamp === undefined)
				await surroundings.statusWriter.write(other, alreadyInstalled(chosen));
		const againMs = chosen === undefined ? await remove() : await bring(chosen);
		options.onReconciled?.();
		return againMs;
	}

	async function remove(): Promise<number> {
		await uninstall(surroundings);
		await watches.follow([]);
		pods.close();
		return IDLE_MS;
	}

	async function bring(furnace: Furnace): Promise<number> {
		const { namespace } = furnace.metadata;
		if (managed !== namespace && !(await mayManage(connection, namespace))) {
			const command = commandToAllow(namespace, config.namespace);
			await surroundings.statusWriter.write(furnace, rightsMissing(namespace, command));
			return RIGHTS_AGAIN_MS;
		}
		// rights may be taken away: after a failure they are asked for again
		managed = undefined;
		const againMs = await install(surroundings, furnace, await pods.of(namespace));
		managed = namespace;
		return againMs;
	}
}

/** The pods of one namespace at a time: that of the Furnace that counts. */
function followPods(connection: Connection, { onChange, log }: { onChange: () => void; log: Log }) {
	let followed: { readonly namespace: string; readonly store: Store<Pod> } | undefined;
	const close = () => {
		followed?.store.close();
		followed = undefined;
	};
	return {
		close,
		async of(namespace: string): Promise<readonly Pod[]> {
			if (followed?.namespace !== namespace) {
				close();
				const store = watchObjects<Pod>(connection, KINDS.pod, {
					namespace,
					labelSelector: POD_SELECTOR,
					onChange,
					log,
				});
				followed = { namespace, store };
			}
			const { store } = followed;
			await store.synced;
			return store.list();
		},
	};
}

function aborted(signal: AbortSignal): Promise<void> {
	return new Promise((resolve) => {
		if (signal.aborted) resolve();
		signal.addEventListener("abort", () => resolve(), { once: true });
	});
}
