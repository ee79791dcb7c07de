import assert from "node:assert/strict";
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, test } from "node:test";
import { gzipSync } from "node:zlib";
import type { DiffDocument } from "../../contract/diff.ts";
import { DIFF_FORMATS, FORMATS } from "../../contract/formats.ts";
import { sampleRecording } from "../../contract/testing/sample-recording.ts";
import { ProfileBuilder } from "../../profile/builder.ts";
import { pprofChunks } from "../../profile/write/pprof.ts";
import { sampleProfile } from "../testing/sample-profile.ts";
import { startServer, type TestServer } from "../testing/start-server.ts";
import { tokenAccess } from "../testing/token-access.ts";

const BASE = "base".padEnd(26, "0");
const COMPARISON = "comparison".padEnd(26, "0");

/** 42 samples in `main;work` unless other bytes are given. */
async function store(
	{ archive }: TestServer,
	id: string,
	{ namespace = "local", bytes = sampleProfile(sampleRecording({ id })) } = {},
): Promise<void> {
	const path = join(archive.uploadDirectory, `${id}.part`);
	await writeFile(path, bytes);
	await archive.store(sampleRecording({ id, target: { namespace, pod: "demo-1" } }), path);
}

const address = (query = "") => `/api/v1/diff?base=${BASE}&comparison=${COMPARISON}${query}`;

describe("GET /api/v1/diff", () => {
	test("has both weights of every stack, also of those that only one of the two has", async (t) => {
		const server = await startServer(t);
		await store(server, BASE, { bytes: sampleProfile(null, { work: 30, old: 10 }) });
		await store(server, COMPARISON, { bytes: sampleProfile(null, { work: 5, fresh: 15 }) });
		const { json, headers } = await server.send(address());
		const { unit, normalized, frames, nodes } = json as DiffDocument;
		assert.deepEqual([unit, normalized, headers["content-type"]], ["samples", true, "application/json"]);
		const weights = Object.fromEntries(
			nodes.frame.map((frame, node) => [
				frames.name[frame] ?? "",
				[nodes.base[node], nodes.comparison[node]],
			]),
		);
		assert.deepEqual(weights, {
			"": [0, 0],
			main: [0, 0],
			work: [30, 5],
			old: [10, 0],
			fresh: [0, 15],
		});
	});

	test("in every format, as an attachment with a name that tells both", async (t) => {
		const server = await startServer(t);
		await store(server, BASE);
		await store(server, COMPARISON);
		for (const format of DIFF_FORMATS) {
			const { status, headers, body } = await server.send(address(`&format=${format}`));
			assert.equal(status, 200, `${format} ${body}`);
			assert.equal(headers["content-type"], FORMATS[format].mediaType);
			assert.equal(
				headers["content-disposition"],
				`attachment; filename="demo-1-${BASE}-${COMPARISON}.diff.${FORMATS[format].extension}"`,
			);
			assert.match(String(headers["content-security-policy"]), /sandbox/);
			assert.ok(body.length > 0, format);
		}
		const folded = await server.send(address("&format=folded"));
		assert.equal(folded.body.toString(), "main;work 42 42\n");
		const unknown = await server.send(address("&format=pprof"));
		assert.deepEqual([unknown.status, unknown.code], [400, "invalid-request"]);
	});

	test("without one of the two, or with one that is no id, says so", async (t) => {
		const server = await startServer(t);
		await store(server, BASE);
		const missing = await server.send(address());
		assert.deepEqual([missing.status, missing.code], [404, "recording-not-found"]);
		for (const query of ["", `?base=${BASE}`, `?base=${BASE}&comparison=../x`]) {
			const { status, code } = await server.send(`/api/v1/diff${query}`);
			assert.deepEqual([status, code], [400, "invalid-request"], query);
		}
	});

	test("recordings with nothing in common, or that cannot be read, are told as such", async (t) => {
		const server = await startServer(t);
		await store(server, BASE);
		const faults = new ProfileBuilder({ valueTypes: [{ type: "page-faults", unit: "count" }] });
		const bytes = gzipSync(Buffer.concat([...pprofChunks(faults.snapshot({ comments: [] }))]));
		await store(server, COMPARISON, { bytes });
		const foreign = await server.send(address());
		assert.deepEqual([foreign.status, foreign.code], [422, "not-comparable"]);
		assert.match(foreign.body.toString(), /no value type in common/);
		await writeFile(server.archive.profilePath(COMPARISON), "torn");
		const torn = await server.send(address());
		assert.deepEqual([torn.status, torn.code], [422, "not-comparable"]);
		assert.match(torn.body.toString(), /The comparison: It is not gzip, or torn/);
		await rm(server.archive.profilePath(COMPARISON));
		const gone = await server.send(address());
		assert.deepEqual([gone.status, gone.code], [503, "archive-unavailable"]);
	});

	test("needs the right to see both: a foreign one is not there, whichever of the two it is", async (t) => {
		const access = tokenAccess({
			both: { local: ["get"], other: ["get"] },
			local: { local: ["get"] },
			other: { other: ["get", "list", "create", "delete"] },
			lists: { local: ["list"], other: ["list"] },
		});
		const server = await startServer(t, { access });
		await store(server, BASE);
		await store(server, COMPARISON, { namespace: "other" });
		const statusAs = async (name: string, path: string) =>
			(await server.send(path, { headers: { authorization: `Bearer ${name}` } })).status;
		const turned = `/api/v1/diff?base=${COMPARISON}&comparison=${BASE}`;
		for (const path of [address(), turned]) {
			assert.equal(await statusAs("both", path), 200);
			for (const name of ["local", "other", "lists"]) assert.equal(await statusAs(name, path), 404, name);
			assert.equal(await statusAs("nobody", path), 401);
		}
	});
});
