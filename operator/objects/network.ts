import { OBJECTS, PORTS } from "../../contract/names.ts";
import { KINDS } from "../../kubernetes/kinds.ts";
import { type Desired, type Installed, namespacedObject } from "./desired.ts";
import { labels, NAME_LABEL } from "./labels.ts";

const SERVERS = { [NAME_LABEL]: OBJECTS.server };

/** The one for people and the webhook, and the headless one by which agents and replicas find every server. */
export function services(installed: Installed): Desired[] {
	return [
		namespacedObject(
			installed,
			KINDS.service,
			OBJECTS.server,
			{
				spec: {
					type: "ClusterIP",
					selector: SERVERS,
					ports: [
						{ name: "https", port: 443, targetPort: PORTS.server, protocol: "TCP" },
						{ name: "admission", port: PORTS.admission, targetPort: PORTS.admission, protocol: "TCP" },
					],
				},
			},
			{ labels: labels(OBJECTS.server) },
		),
		namespacedObject(installed, KINDS.service, OBJECTS.replicas, {
			spec: {
				type: "ClusterIP",
				clusterIP: "None",
				// a server that is not ready yet asks its peers what it missed, and they it
				publishNotReadyAddresses: true,
				selector: SERVERS,
				ports: [{ name: "https", port: PORTS.server, targetPort: PORTS.server, protocol: "TCP" }],
			},
		}),
	];
}

/**
 * Who may reach the servers. API servers have no pod address, so admission is open to all sources; agents, replicas and
 * whatever brings people in (ingress controllers) are pods.
 */
export function networkPolicy(installed: Installed): Desired {
	return namespacedObject(installed, KINDS.networkPolicy, OBJECTS.server, {
		spec: {
			podSelector: { matchLabels: SERVERS },
			policyTypes: ["Ingress"],
			ingress: [
				{ ports: [{ port: PORTS.admission, protocol: "TCP" }] },
				{ from: [{ namespaceSelector: {} }], ports: [{ port: PORTS.server, protocol: "TCP" }] },
			],
		},
	});
}
