import assert from "node:assert/strict";
import { request } from "node:https";
import { test } from "node:test";
import jsonPatch, { type Operation } from "fast-json-patch";
import { operationsIn, REVIEW_UID, responseIn, reviewOf } from "../../server/admission/testing/review.ts";
import { freePort, startFurnace } from "./furnace.ts";

const pod = {
	apiVersion: "v1",
	kind: "Pod",
	metadata: { name: "shop", namespace: "shop", labels: { furnace: "enabled" } },
	spec: { containers: [{ name: "shop", image: "example/shop:1" }] },
};
const review = JSON.stringify(reviewOf(pod));

test("npm start answers POST /mutate, so that injection can be tried without a cluster", async (t) => {
	const port = await freePort();
	const furnace = await startFurnace({ args: ["--admission-port", String(port)] });
	t.after(furnace.stop);

	const text = await mutate(port, review);

	const { uid, allowed, patchType } = responseIn(text);
	assert.deepEqual({ uid, allowed, patchType }, { uid: REVIEW_UID, allowed: true, patchType: "JSONPatch" });
	const operations: Operation[] = operationsIn(text);
	const patched = jsonPatch.applyPatch(structuredClone(pod), operations, true).newDocument as unknown as {
		spec: { initContainers: { name: string; restartPolicy: string }[]; containers: unknown[] };
	};
	const sidecar = patched.spec.initContainers.at(-1);
	assert.deepEqual([sidecar?.name, sidecar?.restartPolicy], ["furnace", "Always"]);
	assert.deepEqual(patched.spec.containers, pod.spec.containers);
});

/** Its certificate is its own, as the README says: curl -k. */
function mutate(port: number, body: string): Promise<string> {
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
			response.on("end", () => resolve(text));
		});
		sent.on("error", reject);
		sent.end(body);
	});
}
