import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { X509Certificate } from "node:crypto";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { describe, it } from "node:test";
import { promisify } from "node:util";
import { AGENT_ENVIRONMENT } from "../contract/agent-environment.ts";

const program = join(import.meta.dirname, "main.ts");
const PATH = process.env.PATH ?? "";
const run = promisify(execFile);
const installed = await run("perf", ["--version"]).then(
	() => true,
	() => false,
);

describe("the sidecar's program", () => {
	it("says what its environment lacks, stays, and ends in order on SIGTERM", async () => {
		const agent = spawn(process.execPath, [program], { env: { PATH }, stdio: ["ignore", "pipe", "inherit"] });
		const lines: string[] = [];
		const output = createInterface({ input: agent.stdout }).on("line", (line) => lines.push(line));
		while (lines.length < 4) await once(output, "line");
		for (const name of ["serverUrl", "ca", "podName", "podNamespace"] as const) {
			assert.match(lines.join("\n"), new RegExp(AGENT_ENVIRONMENT[name]));
		}
		assert.equal(agent.exitCode, null);
		agent.kill("SIGTERM");
		const [code, signal] = await once(agent, "exit");
		assert.deepEqual([code, signal], [0, null]);
	});

	it("--certificate prints a key and a certificate", async () => {
		const { stdout } = await run(process.execPath, [program, "--certificate", "cart"], { env: { PATH } });
		const { cert, key } = JSON.parse(stdout);
		const certificate = new X509Certificate(cert);
		assert.equal(certificate.subject, "CN=cart");
		assert.ok(certificate.validToDate.getTime() > Date.now());
		assert.match(key, /PRIVATE KEY/);
	});

	it("--prove fails where perf is missing", async () => {
		const env = { PATH: "/nonexistent" };
		await assert.rejects(run(process.execPath, [program, "--prove"], { env }), /There is no perf/);
	});

	it("--prove prints one line where all is there", { skip: !installed && "there is no perf" }, async () => {
		const { stdout } = await run(process.execPath, [program, "--prove"], { env: { PATH } });
		assert.match(stdout, /^furnace agent [\d.]+ starts, with perf version .*\n$/);
	});
});
