import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { it } from "node:test";
import pino from "pino";
import { openLogFile } from "./log-file.ts";

const noRoot = process.getuid?.() === 0 ? false : "mounting a small disk needs root";

it("goes on when the disk is full, and writes whole lines again once it is not", { skip: noRoot }, () => {
	const folder = mkdtempSync(join(tmpdir(), "furnace-test-log-"));
	execFileSync("mount", ["-t", "tmpfs", "-o", "size=64k", "none", folder]);
	try {
		const filler = join(folder, "filler");
		const log = pino({}, openLogFile(join(folder, "test.log")));
		writeFileSync(filler, Buffer.alloc(32 * 1024));
		for (let line = 0; line < 1000; line++) log.info({ line }, "too much for this disk");
		rmSync(filler);
		log.info("room again");
		const lines = readFileSync(join(folder, "test.log"), "utf8").trim().split("\n");
		assert.equal(JSON.parse(lines.at(-1) ?? "").msg, "room again");
		assert.ok(lines.length < 1000);
	} finally {
		execFileSync("umount", ["--lazy", folder]);
		rmSync(folder, { recursive: true });
	}
});
