import { NAMESPACE_LABEL, OBJECTS, POD_LABEL, PORTS } from "../../contract/names.ts";
import { KINDS } from "../../kubernetes/kinds.ts";
import { clusterObject, type Desired, type Installed } from "./desired.ts";

/** Never asked about, whatever their labels: a cluster must be able to start without us. */
const SYSTEM_NAMESPACES = ["kube-system", "kube-public", "kube-node-lease"];
const NAME_OF_NAMESPACE = "kubernetes.io/metadata.name";

/** Selectors see labels only, so whether a pod opted in, by label or annotation, is a condition. */
const OPTED_IN = ["labels", "annotations"]
	.map((where) => `object.metadata.?${where}['${POD_LABEL.key}'].orValue('') == '${POD_LABEL.value}'`)
	.join(" || ");

/** @param caBundle PEM: every root a server's certificate may come from now */
export function webhookConfiguration(installed: Installed, caBundle: string): Desired {
	const { namespace } = installed.furnace.metadata;
	return clusterObject(installed, KINDS.mutatingWebhookConfiguration, OBJECTS.webhook, {
		webhooks: [
			{
				name: "inject.furnace.hyperfoil.io",
				admissionReviewVersions: ["v1"],
				clientConfig: {
					service: { namespace, name: OBJECTS.server, port: PORTS.admission, path: "/mutate" },
					caBundle: Buffer.from(caBundle).toString("base64"),
				},
				rules: [
					{
						apiGroups: [""],
						apiVersions: ["v1"],
						resources: ["pods"],
						operations: ["CREATE"],
						scope: "Namespaced",
					},
				],
				namespaceSelector: {
					matchExpressions: [
						{ key: NAMESPACE_LABEL.key, operator: "In", values: [NAMESPACE_LABEL.value] },
						{ key: NAME_OF_NAMESPACE, operator: "NotIn", values: [...SYSTEM_NAMESPACES, namespace] },
					],
				},
				matchConditions: [{ name: "opted-in", expression: OPTED_IN }],
				matchPolicy: "Equivalent",
				failurePolicy: "Ignore",
				reinvocationPolicy: "IfNeeded",
				sideEffects: "None",
				// of the ten seconds and more that an API server spends on a request with all its webhooks
				timeoutSeconds: 2,
			},
		],
	});
}
