import assert from "node:assert/strict";
import type { AddressInfo } from "node:net";
import { after, before, describe, test } from "node:test";
import { generate } from "selfsigned";
import { ANNOTATION_INJECTED, NAMESPACE_LABEL, SIDECAR_CONTAINER } from "../../contract/names.ts";
import { constantFacts } from "../../server/admission/facts.ts";
import { buildAdmission } from "../../server/admission-app.ts";
import { openShell, type Shell, whySkipped } from "../cluster/shell.ts";
import { eventually } from "../e2e/furnace.ts";

/** The node's address: there API server and this test reach each other. */
const HOST = "10.244.0.1";
const NAMESPACE = "shop";
const ENABLED = { furnace: "enabled" };

interface PodObject {
	metadata: { annotations?: Record<string, string> };
	spec: { initContainers?: { name: string; restartPolicy?: string }[]; containers: { name: string }[] };
}

describe("the webhook, called by a real API server", { skip: await whySkipped(), timeout: 480_000 }, () => {
	let shell: Shell;
	let webhook: Awaited<ReturnType<typeof startWebhook>>;
	before(async () => {
		await openShell().cluster("up");
		shell = await openShell().withEnvironment();
		webhook = await startWebhook();
		const labels = { [NAMESPACE_LABEL.key]: NAMESPACE_LABEL.value };
		await apply(shell, { apiVersion: "v1", kind: "Namespace", metadata: { name: NAMESPACE, labels } });
		await apply(shell, configuration(webhook));
		await eventually("the API server knows the webhook", async () => {
			const pod = await rehearse(shell, podOf("probe", { labels: ENABLED }));
			return sidecarOf(pod) !== undefined || undefined;
		});
	});
	after(async () => {
		await webhook?.close();
		await openShell().cluster("down");
	});

	test("a pod with the label, and one with the annotation, get the sidecar; another pod does not", async () => {
		const labelled = await rehearse(shell, podOf("labelled", { labels: ENABLED }));
		const annotated = await rehearse(shell, podOf("annotated", { annotations: ENABLED }));
		const bare = await rehearse(shell, podOf("bare", {}));

		for (const pod of [labelled, annotated]) {
			assert.equal(sidecarOf(pod)?.restartPolicy, "Always");
			assert.equal(pod.metadata.annotations?.[ANNOTATION_INJECTED], "1.2.3");
			assert.deepEqual(
				pod.spec.containers.map(({ name }) => name),
				["app"],
			);
		}
		assert.equal(sidecarOf(bare), undefined);
	});

	test("a pod that opts out, and one of a namespace without consent, stay as they are", async () => {
		const out = { annotations: { "furnace.hyperfoil.io/inject": "false" }, labels: ENABLED };
		assert.equal(sidecarOf(await rehearse(shell, podOf("out", out))), undefined);
		const elsewhere = { ...podOf("elsewhere", { labels: ENABLED }) };
		elsewhere.metadata.namespace = "default";
		assert.equal(sidecarOf(await rehearse(shell, elsewhere)), undefined);
	});

	test("the pods of a Deployment and of a Job get it from their controllers", async () => {
		const template = { metadata: { labels: { app: "web", ...ENABLED } }, spec: podOf("x", {}).spec };
		await apply(shell, {
			apiVersion: "apps/v1",
			kind: "Deployment",
			metadata: { name: "web", namespace: NAMESPACE },
			spec: { replicas: 1, selector: { matchLabels: { app: "web" } }, template },
		});
		await apply(shell, {
			apiVersion: "batch/v1",
			kind: "Job",
			metadata: { name: "once", namespace: NAMESPACE },
			spec: {
				template: { metadata: { labels: ENABLED }, spec: { ...template.spec, restartPolicy: "Never" } },
			},
		});
		for (const selector of ["app=web", "job-name=once"]) {
			const pod = await eventually(`a pod of ${selector}`, () => firstPod(shell, selector));
			assert.ok(sidecarOf(pod), selector);
		}
	});

	test("without the webhook pods are admitted bare", async () => {
		await webhook.close();
		const pod = await rehearse(shell, podOf("later", { labels: ENABLED }));
		assert.equal(sidecarOf(pod), undefined);
	});
});

function podOf(
	name: string,
	metadata: { labels?: Record<string, string>; annotations?: Record<string, string> },
) {
	return {
		apiVersion: "v1",
		kind: "Pod",
		metadata: { name, namespace: NAMESPACE, ...metadata },
		spec: { containers: [{ name: "app", image: "localhost/absent:1", imagePullPolicy: "Never" }] },
	};
}

/** As the operator will write it: fail open, quick, never for the system's own namespaces. */
function configuration({ port, ca }: { port: number; ca: string }) {
	return {
		apiVersion: "admissionregistration.k8s.io/v1",
		kind: "MutatingWebhookConfiguration",
		metadata: { name: "furnace" },
		webhooks: [
			{
				name: "pods.furnace.hyperfoil.io",
				admissionReviewVersions: ["v1"],
				sideEffects: "None",
				failurePolicy: "Ignore",
				reinvocationPolicy: "IfNeeded",
				timeoutSeconds: 2,
				clientConfig: { url: `https://${HOST}:${port}/mutate`, caBundle: Buffer.from(ca).toString("base64") },
				rules: [{ apiGroups: [""], apiVersions: ["v1"], operations: ["CREATE"], resources: ["pods"] }],
				namespaceSelector: { matchLabels: { [NAMESPACE_LABEL.key]: NAMESPACE_LABEL.value } },
				matchConditions: [
					{
						name: "label-or-annotation",
						expression:
							"object.metadata.?labels['furnace'].orValue('') == 'enabled' || object.metadata.?annotations['furnace'].orValue('') == 'enabled'",
					},
				],
			},
		],
	};
}

async function startWebhook() {
	const { cert, private: key } = await generate([{ name: "commonName", value: HOST }], {
		keyType: "ec",
		extensions: [{ name: "subjectAltName", altNames: [{ type: 7, ip: HOST }] }],
	});
	const facts = constantFacts({
		image: "localhost/furnace-sidecar:dev",
		imageProven: true,
		version: "1.2.3",
		privilege: "privileged",
		ca: cert,
		serverUrl: "https://furnace-server-replicas.furnace.svc:8080",
		maxDurationSeconds: 3600,
		namespace: "furnace",
		kubernetes: { major: 1, minor: 34 },
	});
	const app = await buildAdmission({ tls: { cert, key }, facts });
	await app.listen({ host: HOST, port: 0 });
	return { port: (app.server.address() as AddressInfo).port, ca: cert, close: () => app.close() };
}

async function apply(shell: Shell, object: object): Promise<void> {
	await shell.kubectl(["apply", "-f", "-"], object);
}

/** What the API server would store: admission runs, the pod does not. */
async function rehearse(shell: Shell, pod: object): Promise<PodObject> {
	return JSON.parse(
		await shell.kubectl(["create", "--dry-run=server", "-o", "json", "-f", "-"], pod),
	) as PodObject;
}

async function firstPod(shell: Shell, selector: string): Promise<PodObject | undefined> {
	const list = await shell.kubectl(["get", "pods", "-n", NAMESPACE, "-l", selector, "-o", "json"]);
	return (JSON.parse(list) as { items: PodObject[] }).items[0];
}

function sidecarOf(pod: PodObject) {
	return pod.spec.initContainers?.find(({ name }) => name === SIDECAR_CONTAINER);
}
