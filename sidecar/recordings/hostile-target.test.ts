import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { chown, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { after, before, describe, it } from "node:test";
import { callTreeOf } from "../../profile/call-tree.ts";
import { topFunctions } from "../../profile/top.ts";
import { startBusy, startNode } from "../../test/targets/targets.ts";
import { finish, startTestAgent, type TestAgent, until, untilSamples } from "../testing/test-agent.ts";

const isRoot = process.getuid?.() === 0;

describe("targets that are hostile, many, or not ours", () => {
	let tested: TestAgent;
	before(async () => {
		tested = await startTestAgent();
	});
	after(() => tested.close());

	it("makes names that a target invents harmless, and keeps them apart", async () => {
		const target = await startNode();
		const red = "\u001b[31mred\u001b[0m";
		const long = "L".repeat(64 * 1024);
		const names = ["<script>alert(1)</script>;x", red, `${long}1`, `${long}2`, "\u202eesrever"];
		// newer entries for the same code: the last one names it
		const path = `/tmp/perf-${target.pid}.map`;
		await until("compiled code", () => /furnaceHotLoop/.test(readFileSync(path, "utf8")));
		const hot = readFileSync(path, "utf8").matchAll(/^([0-9a-f]+) ([0-9a-f]+) .*furnace.*$/gm);
		const lines = [...hot].map(
			([, start, size], index) => `${start} ${size} ${names[index % names.length]}\n`,
		);
		writeFileSync(
			path,
			Buffer.concat([Buffer.from(lines.join("")), Buffer.from([0x31, 0x20, 0xff, 0xfe, 0x0a])]),
			{
				flag: "a",
			},
		);
		try {
			const { recording } = await tested.record(target.pid);
			await untilSamples(tested, recording.id, 50);
			const { profile } = await finish(tested, recording.id);
			for (const { name } of topFunctions(callTreeOf(profile))) {
				// biome-ignore lint/suspicious/noControlCharactersInRegex: that is what must not be there
				assert.doesNotMatch(name, /[\u0000-\u001f\u007f-\u009f\u202a-\u202e]/);
				assert.ok(name.length <= 1024 + 32, `${name.length}`);
			}
		} finally {
			await target.stop();
			rmSync(path, { force: true });
		}
	});

	it("runs ten recordings at once", async () => {
		const target = await startBusy();
		const started = await Promise.all(Array.from({ length: 10 }, () => tested.record(target.pid)));
		for (const { recording } of started) await untilSamples(tested, recording.id, 10);
		for (const { recording } of started) {
			const { recording: ended } = await finish(tested, recording.id);
			assert.equal(ended.state, "finished");
		}
		await target.stop();
		assert.deepEqual(tested.agent.toolPids(), []);
	});

	it("says that perf was refused, to an agent without rights", {
		skip: !isRoot && "needs root",
	}, async () => {
		const target = await startBusy();
		const folder = await mkdtemp(join(tmpdir(), "furnace-test-agent-"));
		const program = join(import.meta.dirname, "../testing/unprivileged-agent.ts");
		const user = ["--reuid", "65534", "--regid", "65534", "--clear-groups"];
		await chown(folder, 65534, 65534);
		const agent = spawn("setpriv", [...user, process.execPath, program, folder, String(target.pid)], {
			stdio: ["ignore", "pipe", "inherit"],
		});
		try {
			const [line] = await once(createInterface({ input: agent.stdout }), "line");
			const { recording, support } = JSON.parse(line);
			assert.equal(recording.state, "failed");
			assert.equal(recording.cause.code, "not-permitted");
			assert.match(recording.log.join("\n"), /perf_event_paranoid/);
			assert.equal(support.available, false);
			assert.match(support.fix, /CAP_PERFMON/);
			await until("it ended", () => agent.exitCode !== null);
		} finally {
			agent.kill("SIGKILL");
			await target.stop();
			await rm(folder, { recursive: true, force: true });
		}
	});
});
