import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { connect } from "node:tls";
import type { AdmissionOutcome, SkipFact } from "./mutate.ts";
import { factsWith } from "./testing/facts.ts";
import { operationsIn, REVIEW_UID, responseIn, reviewOf } from "./testing/review.ts";
import { startAdmission } from "./testing/start-admission.ts";

const LABELLED = { metadata: { name: "app", labels: { furnace: "enabled" } }, spec: { containers: [] } };

function textOf(object: unknown, changes: object = {}): string {
	return JSON.stringify(reviewOf(object, changes));
}

describe("what is no review is refused, so that the API server goes on without us", () => {
	const nested = (levels: number) => `${"[".repeat(levels)}${"]".repeat(levels)}`;
	const refused: Record<string, string | Buffer> = {
		"an empty body": "",
		"invalid JSON": '{"kind":',
		"invalid UTF-8": Buffer.concat([Buffer.from('{"kind":"'), Buffer.from([0xff, 0xfe]), Buffer.from('"}')]),
		"JSON that is not an object": "[]",
		null: "null",
		"another kind": '{"apiVersion":"admission.k8s.io/v1","kind":"Pod"}',
		"an unknown version": JSON.stringify({ ...reviewOf(LABELLED), apiVersion: "admission.k8s.io/v1beta1" }),
		"no request": JSON.stringify({ ...reviewOf(LABELLED), request: null }),
		"no uid": textOf(LABELLED, { uid: undefined }),
		"an empty uid": textOf(LABELLED, { uid: "" }),
		"a uid that is a number": textOf(LABELLED, { uid: 7 }),
		"a uid without end": textOf(LABELLED, { uid: "x".repeat(10_000) }),
		"a namespace that is no text": textOf(LABELLED, { namespace: {} }),
		"nesting without end": nested(10_000),
		"nesting inside the pod": textOf(LABELLED).replace('"spec":{', `"spec":{"x":${nested(10_000)},`),
		"no pod": textOf(null),
		"a pod that is a list": textOf([]),
		"a pod without spec": textOf({ metadata: LABELLED.metadata }),
		"labels that are a list": textOf({ ...LABELLED, metadata: { labels: ["furnace"] } }),
		"annotations that are text": textOf({
			...LABELLED,
			metadata: { ...LABELLED.metadata, annotations: "x" },
		}),
		"volumes that are an object": textOf({ ...LABELLED, spec: { volumes: {} } }),
		"a container that is null": textOf({ ...LABELLED, spec: { containers: [null] } }),
		"a flag that is text": textOf({ ...LABELLED, spec: { shareProcessNamespace: "false" } }),
	};
	test("with 400", async (t) => {
		const { post } = await startAdmission(t);
		for (const [what, body] of Object.entries(refused)) {
			const answer = await post(body);
			assert.deepEqual([answer.status, answer.code], [400, "invalid-request"], what);
		}
		assert.equal(
			operationsIn((await post(textOf(LABELLED))).text).length,
			4,
			"and the next review is served",
		);
	});

	test("with 415 for another media type, 413 for 7 MiB and more, 405 and 404 elsewhere", async (t) => {
		const { post, send } = await startAdmission(t);
		assert.equal((await post(textOf(LABELLED), { "content-type": "text/plain" })).status, 415);
		assert.equal(
			(await post(textOf(LABELLED), { "content-type": "application/json-patch+json" })).status,
			415,
		);
		assert.equal((await send({ method: "POST", path: "/mutate" })).status, 400);
		const large = Buffer.alloc(7 * 1024 * 1024 + 1, 0x20);
		assert.equal((await post(large)).status, 413);
		assert.equal((await send({ path: "/mutate" })).status, 405);
		assert.equal((await send({ path: "/nowhere" })).status, 404);
		assert.equal((await send({ path: "/healthz" })).status, 200);
		assert.equal(
			(await post(textOf(LABELLED), { "content-type": "application/json; charset=utf-8" })).status,
			200,
		);
	});

	test("with 413 for a body without end and without announced length", async (t) => {
		const { port } = await startAdmission(t);
		const socket = connect({ host: "127.0.0.1", port, rejectUnauthorized: false });
		t.after(() => socket.destroy());
		socket.on("error", () => {});
		let answer = "";
		socket.setEncoding("utf8").on("data", (chunk: string) => {
			answer += chunk;
		});
		socket.write(
			"POST /mutate HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n",
		);
		const piece = `${(65_536).toString(16)}\r\n${" ".repeat(65_536)}\r\n`;
		const push = () => {
			while (!socket.destroyed && socket.write(piece));
		};
		socket.on("drain", push);
		push();
		await new Promise((resolve) => socket.once("close", resolve));
		assert.match(answer, /^HTTP\/1\.1 413 /);
	});
});

describe("what is not ours is admitted without a patch", () => {
	test("updates, other kinds, subresources, pods of other versions", async (t) => {
		const outcomes: AdmissionOutcome[] = [];
		const { post } = await startAdmission(t, { count: (outcome) => outcomes.push(outcome) });
		const others = [
			{ operation: "UPDATE" },
			{ operation: "DELETE", object: null },
			{ operation: "CONNECT" },
			{ resource: { group: "", version: "v1", resource: "services" } },
			{ resource: { group: "metrics.k8s.io", version: "v1", resource: "pods" } },
			{ subResource: "ephemeralcontainers" },
			{ resource: null },
		];
		for (const change of others) {
			const answer = await post(textOf(LABELLED, change));
			assert.equal(answer.status, 200);
			assert.deepEqual(responseIn(answer.text), { uid: REVIEW_UID, allowed: true });
		}
		assert.deepEqual(new Set(outcomes), new Set(["ignored"]));
	});
});

describe("odd pods", () => {
	test("with generateName alone are injected", async (t) => {
		const { post } = await startAdmission(t);
		const { text } = await post(
			textOf({ ...LABELLED, metadata: { generateName: "app-", labels: { furnace: "enabled" } } }),
		);
		assert.equal(operationsIn(text).length, 4);
	});

	test("that name another namespace than the request: the request's counts", async (t) => {
		const asked: string[] = [];
		const facts = factsWith({}, { namespace: (name) => void asked.push(name) });
		const { post } = await startAdmission(t, { facts });
		await post(textOf({ ...LABELLED, metadata: { ...LABELLED.metadata, namespace: "kube-system" } }));
		const system = await post(textOf(LABELLED, { namespace: "kube-system" }));
		assert.deepEqual(asked, ["shop", "kube-system"]);
		assert.equal(responseIn(system.text).auditAnnotations?.furnace, "system-namespace");
	});

	test("with __proto__ in them change nothing", async (t) => {
		const { post } = await startAdmission(t);
		const hostile = textOf(LABELLED)
			.replace('"labels":{', '"labels":{"__proto__":{"furnace":"enabled"},"x":')
			.replace('"x":"furnace":"enabled"', '"x":"y"');
		const { status, text } = await post(hostile);
		assert.equal(status, 200);
		assert.deepEqual(
			responseIn(text),
			{ uid: REVIEW_UID, allowed: true },
			"a label of a prototype is no label",
		);
		assert.equal(({} as Record<string, unknown>).furnace, undefined);
		const escaped = await post(textOf(LABELLED).replace('"spec":{', '"spec":{"__proto__":{"hostPID":true},'));
		assert.equal(operationsIn(escaped.text).length, 4);
	});

	test("keep what we do not know: the patch names none of it", async (t) => {
		const { post } = await startAdmission(t);
		const body = textOf(LABELLED).replace('"spec":{', '"spec":{"future":9007199254740993,');
		const patch = JSON.stringify(operationsIn((await post(body)).text));
		assert.doesNotMatch(patch, /future|9007199254740/);
		assert.match(patch, /"op":"add"/);
	});

	test("of garbage in what is only read are answered all the same", async (t) => {
		const { post } = await startAdmission(t);
		const spec = {
			containers: [{ ports: 5, resources: "x", volumeMounts: [null], securityContext: [] }, {}],
			initContainers: [{ name: {} }],
			imagePullSecrets: [null, 7, { name: {} }, { name: "../../x" }],
			resources: [],
			os: "windows",
		};
		const { status, text } = await post(
			textOf({ metadata: { ...LABELLED.metadata, ownerReferences: {} }, spec }),
		);
		assert.equal(status, 200);
		assert.equal(operationsIn(text).length, 4);
	});
});

describe("a dry run", () => {
	test("gets the same patch, and nobody is told", async (t) => {
		const outcomes: AdmissionOutcome[] = [];
		const skips: SkipFact[] = [];
		const { post } = await startAdmission(t, {
			count: (outcome) => outcomes.push(outcome),
			onSkip: (fact) => skips.push(fact),
		});
		const real = await post(textOf(LABELLED));
		const dry = await post(textOf(LABELLED, { dryRun: true }));
		assert.equal(dry.text, real.text);
		const windows = { ...LABELLED, spec: { os: { name: "windows" } } };
		const skipped = await post(textOf(windows, { dryRun: true }));
		assert.equal(responseIn(skipped.text).warnings?.length, 2);
		assert.deepEqual(outcomes, ["injected"]);
		assert.deepEqual(skips, []);
	});
});
