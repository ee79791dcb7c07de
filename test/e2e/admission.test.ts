import assert from "node:assert/strict";
import { request } from "node:https";
import { test } from "node:test";
import jsonPatch, { type Operation } from "fast-json-patch";
import { freePort, startFurnace } from "./furnace.ts";

const pod = {
	apiVersion: "v1",
	kind: "Pod",
	metadata: { name: "shop", namespace: "shop", labels: { furnace: "enabled" } },
	spec: { containers: [{ name: "shop", image: "example/shop:1" }] },
};
const review = {
	apiVersion: "admission.k8s.io/v1",
	kind: "AdmissionReview",
	request: {
		uid: "0c2c1d1e-5c1b-4e7e-8c39-1c4d2f6c3a11",
		kind: { group: "", version: "v1", kind: "Pod" },
		resource: { group: "", version: "v1", resource: "pods" },
		namespace: "shop",
		operation: "CREATE",
		object: pod,
	},
};

interface Answer {
	response: { uid: string; allowed: boolean; patchType?: string; patch?: string };
}

test("npm start answers POST /mutate, so that injection can be tried without a cluster", async (t) => {
	const port = await freePort();
	const furnace = await startFurnace({ args: ["--admission-port", String(port)] });
	t.after(furnace.stop);

	const { response } = await mutate(port, review);

	assert.equal(response.uid, review.request.uid);
	assert.equal(response.allowed, true);
	assert.equal(response.patchType, "JSONPatch");
	const operations = JSON.parse(Buffer.from(response.patch ?? "", "base64").toString()) as Operation[];
	const patched = jsonPatch.applyPatch(structuredClone(pod), operations, true).newDocument as unknown as {
		spec: { initContainers: { name: string; restartPolicy: string }[]; containers: unknown[] };
	};
	const sidecar = patched.spec.initContainers.at(-1);
	assert.deepEqual([sidecar?.name, sidecar?.restartPolicy], ["furnace", "Always"]);
	assert.deepEqual(patched.spec.containers, pod.spec.containers);
});

/** Its certificate is its own, as the README says: curl -k. */
function mutate(port: number, body: object): Promise<Answer> {
	return new Promise((resolve, reject) => {
		const options = {
			method: "POST",
			rejectUnauthorized: false,
			headers: { "content-type": "application/json" },
		};
		const sent = request(`https://127.0.0.1:${port}/mutate`, options, (response) => {
			let text = "";
			response.setEncoding("utf8");
			response.on("data", (chunk) => {
				text += chunk;
			});
			response.on("end", () => resolve(JSON.parse(text) as Answer));
		});
		sent.on("error", reject);
		sent.end(JSON.stringify(body));
	});
}
