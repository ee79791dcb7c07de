import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { mkdir, writeFile } from "node:fs/promises";
import { request as httpRequest, type IncomingMessage } from "node:http";
import { join } from "node:path";
import { describe, test } from "node:test";
import { PROBLEM_MEDIA_TYPE, ProblemError, toProblem } from "../../contract/problem.ts";
import { SAMPLE_ID } from "../../contract/testing/sample-recording.ts";
import { sampleProfile } from "../testing/sample-profile.ts";
import { RECORDING, startWithAgent } from "../testing/start-agent.ts";

describe("events and files from an agent", () => {
	test("events arrive one by one, and the agent notices when the viewer leaves", async (t) => {
		const steps = { send: (_text: string) => {}, closed: Promise.resolve<unknown>(undefined) };
		const { origin } = await startWithAgent(t, (agent) => {
			agent.get("/pods/demo-1/recordings/:id/events", (request, reply) => {
				steps.send = (text) => void reply.raw.write(text);
				steps.closed = once(request.raw.socket, "close");
				reply.hijack();
				reply.raw.writeHead(200, { "content-type": "text/event-stream", "set-cookie": "a=b" });
				reply.raw.write("event: tree\n\n");
			});
		});
		const viewer = await open(`${origin}${RECORDING}/events`);
		assert.equal(viewer.headers["content-type"], "text/event-stream");
		assert.equal(viewer.headers["x-accel-buffering"], "no");
		assert.equal(viewer.headers["set-cookie"], undefined);
		assert.equal(String((await once(viewer, "data"))[0]), "event: tree\n\n");
		for (const text of ["event: delta\n\n", ": heartbeat\n\n"]) {
			steps.send(text);
			assert.equal(String((await once(viewer, "data"))[0]), text);
		}
		viewer.destroy();
		await steps.closed;
	});

	test("closing the server ends live events at once", async (t) => {
		const { origin, app } = await startWithAgent(t, (agent) => {
			agent.get("/pods/demo-1/recordings/:id/events", (_request, reply) => {
				reply.hijack();
				reply.raw.writeHead(200, { "content-type": "text/event-stream" });
				reply.raw.write("event: tree\n\n");
			});
		});
		const viewer = await open(`${origin}${RECORDING}/events`);
		await once(viewer, "data");
		viewer.on("error", () => {});
		const ended = new Promise((resolve) => viewer.once("close", resolve));
		await Promise.all([app.close(), ended]);
	});

	test("closing the server lets a download finish", async (t) => {
		const steps = { finish: () => {} };
		const { origin, app } = await startWithAgent(t, (agent) => {
			agent.get("/pods/demo-1/recordings/:id/profile", (_request, reply) => {
				reply.hijack();
				reply.raw.writeHead(200, { "content-type": "application/octet-stream" });
				reply.raw.write("first half, ");
				steps.finish = () => reply.raw.end("second half");
			});
		});
		const download = await open(`${origin}${RECORDING}/profile`);
		const chunks = [String((await once(download, "data"))[0])];
		download.on("data", (chunk) => chunks.push(String(chunk)));
		const closed = app.close();
		await refused(origin);
		steps.finish();
		await Promise.all([closed, once(download, "end")]);
		assert.equal(chunks.join(""), "first half, second half");
	});

	test("files are attachments of our media type and name, whatever the agent says", async (t) => {
		const { send, seen } = await startWithAgent(t, (agent) => {
			agent.get("/pods/demo-1/recordings/:id/profile", async (_request, reply) =>
				reply
					.headers({ "content-type": "text/html", "content-disposition": "inline" })
					.send("<script>1</script>"),
			);
		});
		const answer = await send(`${RECORDING}/profile?format=folded`);
		assert.equal(answer.status, 200);
		assert.equal(answer.headers["content-type"], "text/plain; charset=utf-8");
		assert.equal(answer.headers["content-disposition"], `attachment; filename="demo-1-${SAMPLE_ID}.folded"`);
		assert.match(String(answer.headers["content-security-policy"]), /default-src 'none'.*sandbox/);
		assert.equal(answer.headers["x-content-type-options"], "nosniff");
		assert.equal(seen[0]?.url, `/pods/demo-1/recordings/${SAMPLE_ID}/profile?format=folded`);
	});

	test("HTML and SVG are made here from the agent's samples", async (t) => {
		const { send, seen, directory } = await startWithAgent(t, (agent) => {
			agent.get("/pods/demo-1/recordings/:id/profile", async () => sampleProfile());
		});
		const svg = await send(`${RECORDING}/profile?format=svg`);
		assert.deepEqual([svg.status, svg.headers["content-type"]], [200, "image/svg+xml"]);
		assert.match(svg.body.toString(), /^<svg|^<\?xml/);
		assert.equal((await send(`${RECORDING}/profile?format=html`)).code, "page-not-built");
		await mkdir(join(directory, "web"), { recursive: true });
		const script = "globalThis.viewer = 1;";
		await writeFile(join(directory, "web", "viewer.js"), script);
		await writeFile(join(directory, "web", "viewer.css"), "body{}");
		const html = await send(`${RECORDING}/profile?format=html`);
		assert.equal(html.status, 200);
		assert.match(html.headers["content-disposition"] ?? "", /^attachment/);
		const hash = createHash("sha256").update(script).digest("base64");
		assert.ok(html.body.includes(`'sha256-${hash}'`), "the viewer is all that its policy lets run");
		assert.ok(seen.every(({ url }) => url.endsWith("?format=pprof")));
	});

	test("problems of the agent come through where the server renders", async (t) => {
		const { send } = await startWithAgent(t, (agent) => {
			agent.get("/pods/demo-1/recordings/:id/profile", async (_request, reply) =>
				reply
					.code(409)
					.type(PROBLEM_MEDIA_TYPE)
					.send(JSON.stringify(toProblem(new ProblemError("profile-not-ready")))),
			);
		});
		const answer = await send(`${RECORDING}/profile?format=svg`);
		assert.deepEqual([answer.status, answer.code], [409, "profile-not-ready"]);
	});
});

function open(url: string): Promise<IncomingMessage> {
	return new Promise((resolve, reject) => {
		httpRequest(url, { agent: false }).once("response", resolve).once("error", reject).end();
	});
}

/** Waits until nothing listens there any more. */
async function refused(origin: string): Promise<void> {
	for (;;) {
		try {
			(await open(origin)).destroy();
		} catch (error) {
			if ((error as NodeJS.ErrnoException).code === "ECONNREFUSED") return;
		}
	}
}
