import type { Change } from "../../kubernetes/change.ts";
import type { Connection } from "../../kubernetes/connect.ts";
import type { Log } from "../../kubernetes/log.ts";
import type { InjectionFacts } from "../admission/facts.ts";
import { createRefusals } from "../admission/refusals.ts";
import { clusterFacts } from "./facts.ts";
import { type InstallationReader, readInstallation } from "./installation.ts";
import type { ClusterPod } from "./pod-projection.ts";
import { rememberRefusals } from "./refusal-events.ts";
import { readTls, type TlsMaterial, type TlsReader } from "./tls-material.ts";
import { openWatches, type Watches } from "./watches.ts";

/** What a server knows of its cluster, always at hand: no request waits for any of it. */
export interface Knowledge {
	readonly watches: Watches;
	readonly installation: Pick<InstallationReader, "current">;
	readonly tls: Pick<TlsReader, "current">;
	/** for explaining why a pod has no sidecar */
	readonly facts: InjectionFacts;
	/** what is not known yet, in words */
	missing(): string[];
	/** Tells of each change of a pod, also of those that are found when watching begins. Before the first await. */
	onPod(listener: (change: Change<ClusterPod>) => void): void;
	/** Tells of each new certificate of the servers, and at once of the one that is known. */
	onTls(listener: (material: TlsMaterial) => void): void;
}

/** @param namespace Furnace's own */
export function gatherKnowledge(connection: Connection, namespace: string, log: Log): Knowledge {
	const podListeners: ((change: Change<ClusterPod>) => void)[] = [];
	const tlsListeners: ((material: TlsMaterial) => void)[] = [];
	const installation = readInstallation(log);
	const refusals = createRefusals();
	const tls = readTls(log, (material) => {
		for (const listener of tlsListeners) listener(material);
	});
	const watches = openWatches(connection, namespace, {
		log,
		listeners: {
			installation: installation.configMapChanged,
			tls: tls.secretChanged,
			refusals: rememberRefusals(refusals),
			pods: (change) => {
				for (const listener of podListeners) listener(change);
			},
		},
	});
	return {
		watches,
		installation,
		tls,
		facts: clusterFacts({ ...watches, configuration: installation.current, refusals }),
		missing: () => [
			...(installation.current() === undefined ? ["the installation"] : []),
			...(tls.current() === undefined ? ["the servers' certificate"] : []),
			...watches.missing(),
		],
		onPod: (listener) => void podListeners.push(listener),
		onTls(listener) {
			tlsListeners.push(listener);
			const material = tls.current();
			if (material !== undefined) listener(material);
		},
	};
}
