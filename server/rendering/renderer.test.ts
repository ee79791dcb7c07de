import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { gunzipSync, gzipSync } from "node:zlib";
import { NO_THREAD, ProfileBuilder } from "../../profile/builder.ts";
import { pprofChunks } from "../../profile/write/pprof.ts";
import { SampleTimeWriter } from "../../profile/write/sample-times.ts";
import { createLimiter } from "../limiter.ts";
import { sampleProfile } from "../testing/sample-profile.ts";
import { createRenderer, taskBudget } from "./renderer.ts";

describe("the renderer", () => {
	const renderer = createRenderer({ webRoot: "/nonexistent" });

	test("makes formats from gzipped pprof", async () => {
		const source = { bytes: sampleProfile() };
		const folded = await renderer.render(source, { format: "folded", title: "demo" });
		assert.equal(Buffer.from(folded).toString(), "main;work 42\n");
		const pprof = await renderer.render(source, { format: "pprof", title: "demo" });
		assert.ok(gunzipSync(pprof).length > 0);
		// the caller's bytes are still its own
		assert.ok(source.bytes.length > 0);
	});

	test("HTML without the built viewer says what to do", async () => {
		const job = renderer.render({ bytes: sampleProfile() }, { format: "html", title: "demo" });
		await assert.rejects(job, { code: "page-not-built" });
	});

	test("a profile that cannot be read is its giver's fault", async () => {
		const source = { bytes: Buffer.from("x") };
		await assert.rejects(renderer.render(source, { format: "svg", title: "" }), {
			code: "bad-agent-response",
		});
		await assert.rejects(renderer.inspect(source), { code: "upload-invalid" });
	});

	test("two profiles are compared in one task, and have to share what one alone may take", async () => {
		const side = { source: { bytes: sampleProfile() }, title: "demo" };
		const folded = await renderer.diff(side, side, "folded");
		assert.equal(Buffer.from(folded).toString(), "main;work 42 42\n");
		const careful = createRenderer({ webRoot: "/nonexistent", maxBytes: 700 });
		assert.ok((await careful.inspect(side.source)).length > 0);
		await assert.rejects(careful.diff(side, side, "folded"), {
			code: "not-comparable",
			message: /The base: .* uncompressed/,
		});
	});

	test("times of samples that take too much memory are left out, and the profile is rendered", async () => {
		const times = 20_000_000;
		const bytes = timedProfile(times);
		assert.ok(bytes.length < 2 ** 20);
		const careful = createRenderer({ webRoot: "/nonexistent", maxEntries: 1000 });
		assert.deepEqual(await careful.inspect({ bytes }), []);
		const folded = await careful.render({ bytes }, { format: "folded", title: "demo" });
		assert.equal(Buffer.from(folded).toString(), `main ${times}\n`);
	});

	test("a bomb is stopped while it unpacks", async () => {
		const maxBytes = 16 * 1024 * 1024;
		const careful = createRenderer({ webRoot: "/nonexistent", maxBytes });
		// gzip members may follow each other
		const block = gzipSync(Buffer.alloc(maxBytes / 2));
		const bomb = { bytes: Buffer.concat([block, block, block]) };
		await assert.rejects(careful.inspect(bomb), { code: "upload-invalid", message: /uncompressed/ });
		await assert.rejects(careful.render(bomb, { format: "svg", title: "" }), { code: "bad-agent-response" });
	});

	test("a server with little memory unpacks less, so that a bomb cannot end it", () => {
		const gibibyte = 2 ** 30;
		assert.deepEqual(taskBudget(gibibyte, 2), {
			maxBytes: 64 * 2 ** 20,
			heapMebibytes: 256,
			maxEntries: 2 ** 18,
		});
		assert.deepEqual(taskBudget(64 * gibibyte, 2), {
			maxBytes: gibibyte,
			heapMebibytes: 1536,
			maxEntries: 1536 * 1024,
		});
	});

	test("more entries than fit into the memory are refused before they are all read", async () => {
		// each is an empty string of the string table
		const bytes = gzipSync(Buffer.from("3200".repeat(2001), "hex"));
		const careful = createRenderer({ webRoot: "/nonexistent", maxEntries: 1000 });
		await assert.rejects(careful.inspect({ bytes }), { code: "upload-invalid", message: /2000 strings/ });
	});

	test("a file that is not there is not", async () => {
		await assert.rejects(renderer.inspect({ path: "/nonexistent/profile" }), { code: "internal" });
	});

	test("a task that takes too long is ended", async () => {
		const hasty = createRenderer({ webRoot: "/nonexistent", deadlineMs: 1 });
		await assert.rejects(hasty.inspect({ bytes: sampleProfile() }), { code: "timed-out" });
	});
});

describe("the limiter", () => {
	test("runs so many at a time, the others in the order they came, also after failures", async () => {
		const limit = createLimiter(2);
		let running = 0;
		let most = 0;
		const order: number[] = [];
		const jobs = Array.from({ length: 20 }, (_, index) =>
			limit(async () => {
				most = Math.max(most, ++running);
				order.push(index);
				await new Promise((resolve) => setImmediate(resolve));
				running--;
				if (index % 3 === 0) throw new Error("failed");
			}),
		);
		await Promise.allSettled(jobs);
		assert.equal(most, 2);
		assert.deepEqual(
			order,
			Array.from({ length: 20 }, (_, index) => index),
		);
	});
});

/** Gzipped pprof of one stack whose samples have times. */
function timedProfile(samples: number): Buffer {
	const builder = new ProfileBuilder({ valueTypes: [{ type: "samples", unit: "count" }] });
	const main = builder.frame({ name: "main", module: "", kind: "user", file: "", line: 0 });
	builder.add(builder.stack([main]), NO_THREAD, [samples]);
	const chunks: Uint8Array[] = [...pprofChunks(builder.snapshot())];
	const writer = new SampleTimeWriter();
	const length = 100_000;
	for (let begin = 0; begin < samples; begin += length) {
		const nanoseconds = Float64Array.from({ length }, (_, index) => 50 * (begin + index));
		chunks.push(...writer.chunks({ sample: new Uint32Array(length), nanoseconds }));
	}
	return gzipSync(Buffer.concat(chunks), { level: 1 });
}
