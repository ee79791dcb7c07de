import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { type ClientRequest, request as httpRequest } from "node:http";
import { join } from "node:path";
import { describe, test } from "node:test";
import { gunzipSync, gzipSync } from "node:zlib";
import type { Recording } from "../../contract/recording.ts";
import { SAMPLE_ID, sampleRecording } from "../../contract/testing/sample-recording.ts";
import { MAX_UPLOAD_BYTES } from "../archive/content-range.ts";
import { sampleProfile } from "../testing/sample-profile.ts";
import type { Answer } from "../testing/send.ts";
import { AGENT_TOKEN, startServer, type TestServer } from "../testing/start-server.ts";
import { until } from "../testing/until.ts";

const AGENT = { authorization: `Bearer ${AGENT_TOKEN}` };
const UPLOAD = `/agent/v1/recordings/${SAMPLE_ID}`;

function put(
	{ send }: TestServer,
	body: Uint8Array,
	headers: Record<string, string> = {},
	path = UPLOAD,
): Promise<Answer> {
	return send(path, { method: "PUT", headers: { ...AGENT, ...headers }, body });
}

function putRange(server: TestServer, whole: Uint8Array, first: number, end: number): Promise<Answer> {
	const range = `bytes ${first}-${end - 1}/${whole.length}`;
	return put(server, whole.subarray(first, end), { "content-range": range });
}

async function offset({ send }: TestServer): Promise<[string, string]> {
	const { headers } = await send(UPLOAD, { method: "HEAD", headers: AGENT });
	return [String(headers["upload-offset"]), String(headers["upload-complete"])];
}

describe("uploading a profile", () => {
	test("the archive has it afterwards, as the agent's identity says", async (t) => {
		const server = await startServer(t);
		const foreign = sampleRecording({ target: { namespace: "kube-system", pod: "demo-1" } });
		const profile = sampleProfile(foreign);
		const answer = await put(server, profile);
		assert.equal(answer.status, 204);
		assert.equal(answer.headers["upload-complete"], "?1");
		const stored = (await server.send(`/api/v1/recordings/${SAMPLE_ID}`)).json as Recording;
		assert.deepEqual(stored, {
			...foreign,
			target: { namespace: "local", pod: "demo-1" },
			archived: true,
			rawData: false,
		});
		const download = await server.send(`/api/v1/recordings/${SAMPLE_ID}/profile?format=pprof`);
		assert.deepEqual(download.body, profile);
	});

	test("again: nothing changes", async (t) => {
		const server = await startServer(t);
		await put(server, sampleProfile());
		const other = sampleProfile(sampleRecording({ samples: 7 }));
		assert.equal((await put(server, other)).status, 204);
		assert.equal(server.archive.get(SAMPLE_ID)?.samples, 42);
		assert.deepEqual(await offset(server), ["0", "?1"]);
	});

	test("piece by piece, and on from where it was cut", async (t) => {
		const server = await startServer(t);
		const profile = sampleProfile();
		assert.deepEqual(await offset(server), ["0", "?0"]);
		assert.equal((await putRange(server, profile, 0, 100)).headers["upload-offset"], "100");
		const cut = startUpload(server.origin, profile, 100, 50);
		await until(async () => (await offset(server))[0] === "150");
		assert.equal((await putRange(server, profile, 150, profile.length)).code, "upload-conflict");
		cut.destroy();
		const again = await putRange(server, profile, 50, 100);
		assert.deepEqual([again.status, again.code], [409, "upload-conflict"]);
		// the server may need a moment to see that the other connection is gone
		await until(async () => (await putRange(server, profile, 150, profile.length)).status === 204);
		assert.deepEqual((await server.send(`/api/v1/recordings/${SAMPLE_ID}/profile`)).body, profile);
		assert.deepEqual(await readdir(server.archive.uploadDirectory), []);
	});

	test("refuses ranges that are none", async (t) => {
		const server = await startServer(t);
		const ranges = [
			"bytes 5-2/10",
			"bytes 0-10/10",
			"bytes 0-1/*",
			"bytes=0-1/2",
			"items 0-1/2",
			"bytes -1-2/3",
			"bytes 0-1/1e9",
		];
		for (const range of ranges) {
			const answer = await put(server, Buffer.alloc(2), { "content-range": range });
			assert.deepEqual([answer.status, answer.code], [400, "invalid-request"], range);
		}
		assert.equal(
			(await put(server, Buffer.alloc(3), { "content-range": "bytes 0-1/10" })).code,
			"invalid-request",
		);
		assert.equal((await put(server, Buffer.alloc(0))).code, "invalid-request");
	});

	test("refuses what is too large before it is sent", async (t) => {
		const server = await startServer(t);
		const answer = await put(server, Buffer.alloc(1), {
			"content-range": `bytes 0-0/${MAX_UPLOAD_BYTES + 1}`,
		});
		assert.deepEqual([answer.status, answer.code], [413, "too-large"]);
	});

	const invalid: [string, Buffer, RegExp][] = [
		["bytes that are not gzip", Buffer.from("hello"), /not gzip/],
		["torn gzip", sampleProfile().subarray(0, 100), /not gzip, or torn/],
		["gzip of something else", gzipSync("hello"), /pprof/],
		["a profile without a recording", sampleProfile(null), /no recording/],
		["another recording", sampleProfile(sampleRecording({ id: "zzzzzzzzzzzzzzzz" })), /another recording/],
		[
			"a recording of a novel's length",
			sampleProfile(sampleRecording({ log: ["x".repeat(600_000)] })),
			/too long/,
		],
		["a recording that still runs", sampleProfile(sampleRecording({ state: "recording" })), /has not ended/],
		[
			"a recording that is none",
			sampleProfile({ ...sampleRecording(), samples: "many" as unknown as number }),
			/is not valid/,
		],
	];
	for (const [name, body, detail] of invalid) {
		test(`refuses ${name}, and forgets it`, async (t) => {
			const server = await startServer(t);
			const answer = await put(server, body);
			assert.deepEqual([answer.status, answer.code], [422, "upload-invalid"]);
			assert.match(answer.body.toString(), detail);
			assert.equal(server.archive.list().length, 0);
			assert.deepEqual(await offset(server), ["0", "?0"]);
			assert.equal((await put(server, sampleProfile())).status, 204);
		});
	}

	test("from the start again, over what had arrived", async (t) => {
		const server = await startServer(t);
		const profile = sampleProfile();
		await put(server, Buffer.alloc(100), { "content-range": `bytes 0-99/${profile.length}` });
		assert.deepEqual(await offset(server), ["100", "?0"]);
		assert.equal((await put(server, profile)).status, 204);
		assert.equal(server.archive.list().length, 1);
	});

	test("two halves that do not fit are asked for once more, then refused", async (t) => {
		const server = await startServer(t);
		const [one, other] = [sampleProfile(), sampleProfile(sampleRecording({ samples: 7, lost: 1_234_567 }))];
		const halves = async () => {
			await put(server, one.subarray(0, 100), { "content-range": `bytes 0-99/${other.length}` });
			return (await putRange(server, other, 100, other.length)).code;
		};
		assert.equal(await halves(), "upload-conflict");
		assert.deepEqual(await offset(server), ["0", "?0"]);
		assert.equal(await halves(), "upload-invalid");
		assert.equal((await put(server, one)).status, 204);
	});

	test("another pod's agent cannot touch it", async (t) => {
		const identities: Record<string, { key: string; namespace: string; podUid: string }> = {
			a: { key: "agent-a", namespace: "local", podUid: "uid-a" },
			b: { key: "agent-b", namespace: "local", podUid: "uid-b" },
		};
		const server = await startServer(t, {
			trust: { review: async (token) => identities[token] ?? null, addressOf: async () => null },
		});
		const profile = sampleProfile();
		const as = (token: string) => ({ authorization: `Bearer ${token}` });
		const half = { "content-range": `bytes 0-99/${profile.length}` };
		assert.equal((await put(server, profile.subarray(0, 100), { ...as("a"), ...half })).status, 204);
		const seenByB = await server.send(UPLOAD, { method: "HEAD", headers: as("b") });
		assert.equal(seenByB.headers["upload-offset"], "0");
		const rest = { "content-range": `bytes 100-${profile.length - 1}/${profile.length}` };
		assert.equal((await put(server, profile.subarray(100), { ...as("a"), ...rest })).status, 204);
		const taken = await put(server, profile, as("b"));
		assert.deepEqual([taken.status, taken.code], [409, "upload-conflict"]);
		assert.equal(server.archive.get(SAMPLE_ID)?.target.podUid, "uid-a");
	});

	test("an agent may have so much under way and no more, and nothing when it is gone", async (t) => {
		let gone: (key: string) => void = () => {};
		const server = await startServer(t, {
			trust: {
				review: async (token) => ({ key: token, namespace: "local" }),
				addressOf: async () => null,
				onGone: (listener) => {
					gone = listener;
				},
			},
		});
		const begin = async (agent: string, index: number) => {
			const headers = { authorization: `Bearer ${agent}`, "content-range": `bytes 0-0/${MAX_UPLOAD_BYTES}` };
			return (await put(server, Buffer.alloc(1), headers, `${UPLOAD.slice(0, -1)}${index}`)).status;
		};
		assert.deepEqual([await begin("a", 1), await begin("a", 2), await begin("a", 3)], [204, 204, 429]);
		assert.equal(await begin("b", 1), 204);
		gone("a");
		await until(async () => (await readdir(server.archive.uploadDirectory)).length === 1);
		assert.equal(await begin("a", 3), 204);
	});

	test("what lies in the archive is the profile and its recording", async (t) => {
		const server = await startServer(t);
		await put(server, sampleProfile());
		const folder = join(server.directory, "archive", "recordings", SAMPLE_ID);
		assert.deepEqual((await readdir(folder)).sort(), ["profile.pb.gz", "recording.json"]);
		assert.ok(gunzipSync(await readFile(join(folder, "profile.pb.gz"))).length > 0);
	});
});

/** Sends some bytes of a piece and leaves the connection open. */
function startUpload(origin: string, whole: Buffer, first: number, count: number): ClientRequest {
	const request = httpRequest(`${origin}${UPLOAD}`, {
		method: "PUT",
		agent: false,
		headers: {
			...AGENT,
			"content-range": `bytes ${first}-${whole.length - 1}/${whole.length}`,
			"content-length": whole.length - first,
		},
	});
	request.on("error", () => {});
	request.write(whole.subarray(first, first + count));
	return request;
}
