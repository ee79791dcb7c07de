import assert from "node:assert/strict";
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, test } from "node:test";
import { FORMATS } from "../../contract/formats.ts";
import type { RecordingList } from "../../contract/recording.ts";
import { SAMPLE_ID, sampleRecording } from "../../contract/testing/sample-recording.ts";
import { sampleProfile } from "../testing/sample-profile.ts";
import { startServer, type TestServer } from "../testing/start-server.ts";
import { tokenAccess } from "../testing/token-access.ts";

async function store({ archive }: TestServer, id: string, namespace: string, pod = "demo-1"): Promise<void> {
	const path = join(archive.uploadDirectory, `${id}.part`);
	await writeFile(path, sampleProfile());
	await archive.store(sampleRecording({ id, target: { namespace, pod } }), path);
}

const ONE = "recording1".padEnd(26, "0");
const TWO = "recording2".padEnd(26, "0");

describe("the archive's routes", () => {
	test("lists, by namespace and pod", async (t) => {
		const server = await startServer(t);
		await store(server, ONE, "local", "a");
		await store(server, TWO, "other", "b");
		const idsOf = async (query: string) =>
			((await server.send(`/api/v1/recordings${query}`)).json as RecordingList).items
				.map(({ id }) => id)
				.sort();
		assert.deepEqual(await idsOf(""), [ONE, TWO]);
		assert.deepEqual(await idsOf("?namespace=local"), [ONE]);
		assert.deepEqual(await idsOf("?pod=b"), [TWO]);
		assert.deepEqual(await idsOf("?namespace=local&pod=b"), []);
	});

	test("a profile in every format, as an attachment", async (t) => {
		const server = await startServer(t);
		const webRoot = join(server.directory, "web");
		await import("node:fs/promises").then(({ mkdir }) => mkdir(webRoot));
		await writeFile(join(webRoot, "viewer.js"), "");
		await writeFile(join(webRoot, "viewer.css"), "");
		await store(server, SAMPLE_ID, "local");
		for (const [format, { mediaType, extension }] of Object.entries(FORMATS)) {
			const answer = await server.send(`/api/v1/recordings/${SAMPLE_ID}/profile?format=${format}`);
			if (format === "perf.data") {
				assert.deepEqual([answer.status, answer.code], [410, "raw-data-gone"]);
				continue;
			}
			assert.equal(answer.status, 200, `${format} ${answer.body}`);
			assert.equal(answer.headers["content-type"], mediaType);
			assert.equal(
				answer.headers["content-disposition"],
				`attachment; filename="demo-1-${SAMPLE_ID}.${extension}"`,
			);
			assert.match(String(answer.headers["content-security-policy"]), /sandbox/);
			assert.ok(answer.body.length > 0);
		}
		const folded = await server.send(`/api/v1/recordings/${SAMPLE_ID}/profile?format=folded`);
		assert.equal(folded.body.toString(), "main;work 42\n");
	});

	test("deletes", async (t) => {
		const server = await startServer(t);
		await store(server, SAMPLE_ID, "local");
		assert.equal((await server.send(`/api/v1/recordings/${SAMPLE_ID}`, { method: "DELETE" })).status, 204);
		const again = await server.send(`/api/v1/recordings/${SAMPLE_ID}`, { method: "DELETE" });
		assert.deepEqual([again.status, again.code], [404, "recording-not-found"]);
	});

	test("a profile that vanished from the disk is a problem, not a torn download", async (t) => {
		const server = await startServer(t);
		await store(server, SAMPLE_ID, "local");
		await rm(server.archive.profilePath(SAMPLE_ID));
		const answer = await server.send(`/api/v1/recordings/${SAMPLE_ID}/profile`);
		assert.deepEqual([answer.status, answer.code], [503, "archive-unavailable"]);
	});

	test("a hostile pod name stays harmless in the file's name", async (t) => {
		const server = await startServer(t);
		await store(server, SAMPLE_ID, "local", 'x"; filename="evil.exe\r\nset-cookie: a=b/../../ü');
		const answer = await server.send(`/api/v1/recordings/${SAMPLE_ID}/profile?format=folded`);
		assert.equal(answer.headers["set-cookie"], undefined);
		assert.match(String(answer.headers["content-disposition"]), /^attachment; filename="[A-Za-z0-9._-]+"$/);
	});
});

describe("who may see and do what", () => {
	const access = tokenAccess({
		nobody: {},
		viewer: { local: ["get", "list"] },
		editor: { local: ["get", "list", "create", "delete"] },
		stranger: { other: ["get", "list", "create", "delete"] },
	});
	const as = (name: string) => ({ authorization: `Bearer ${name}` });

	test("lists show only what the caller may see", async (t) => {
		const server = await startServer(t, { access });
		await store(server, ONE, "local");
		await store(server, TWO, "other");
		const idsOf = async (name: string) => {
			const { json } = await server.send("/api/v1/recordings", { headers: as(name) });
			return (json as RecordingList).items.map(({ id }) => id);
		};
		assert.deepEqual(await idsOf("viewer"), [ONE]);
		assert.deepEqual(await idsOf("stranger"), [TWO]);
		assert.deepEqual(await idsOf("nobody"), []);
		const namespaces = await server.send("/api/v1/namespaces", { headers: as("stranger") });
		assert.deepEqual(namespaces.json, { items: [] });
	});

	test("every route, for every kind of caller", async (t) => {
		const server = await startServer(t, { access });
		await store(server, ONE, "local");
		await server.register();
		const pod = "/api/v1/namespaces/local/pods/demo-1/agent";
		const json = { "content-type": "application/json" };
		// [method, path, viewer, editor, stranger]; the agent of this test does not answer (502)
		const rows: [string, string, number, number, number][] = [
			["GET", "/api/v1/namespaces/local/pods", 200, 200, 403],
			["GET", `/api/v1/recordings/${ONE}`, 200, 200, 404],
			["GET", `/api/v1/recordings/${ONE}/profile?format=txt`, 200, 200, 404],
			["GET", `/api/v1/diff?base=${ONE}&comparison=${ONE}`, 200, 200, 404],
			["GET", `${pod}/targets`, 502, 502, 403],
			["GET", `${pod}/recordings`, 502, 502, 403],
			["POST", `${pod}/recordings`, 403, 502, 403],
			["GET", `${pod}/recordings/${ONE}`, 502, 502, 403],
			["POST", `${pod}/recordings/${ONE}/stop`, 403, 502, 403],
			["DELETE", `${pod}/recordings/${ONE}`, 403, 502, 403],
			["GET", `${pod}/recordings/${ONE}/events`, 502, 502, 403],
			["GET", `${pod}/recordings/${ONE}/profile`, 502, 502, 403],
			["GET", `${pod}/recordings/${ONE}/profile?format=svg`, 502, 502, 403],
			["DELETE", `/api/v1/recordings/${ONE}`, 403, 204, 404],
		];
		for (const [method, path, viewer, editor, stranger] of rows) {
			const body = path.endsWith("/recordings") && method === "POST" ? '{"profiler":"perf"}' : undefined;
			const statusAs = async (headers: Record<string, string>) => {
				const message = { method, headers: { ...headers, ...(body === undefined ? {} : json) } };
				return (await server.send(path, body === undefined ? message : { ...message, body })).status;
			};
			assert.equal(await statusAs({}), 401, `${method} ${path} without a token`);
			assert.equal(await statusAs(as("unknown")), 401, `${method} ${path} with an unknown token`);
			assert.equal(await statusAs(as("stranger")), stranger, `${method} ${path} as stranger`);
			assert.equal(await statusAs(as("viewer")), viewer, `${method} ${path} as viewer`);
			assert.equal(await statusAs(as("editor")), editor, `${method} ${path} as editor`);
		}
	});
});
