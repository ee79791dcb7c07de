import assert from "node:assert/strict";
import { copyFileSync, existsSync, mkdirSync, rmdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import {
	compileBusy,
	HIDDEN_FOLDER,
	startHiddenBusy,
	startHiddenNode,
	type TestTarget,
} from "../targets/targets.ts";
import { isInstalled } from "./recordings.ts";
import { run } from "./samples.ts";

const CAPABILITIES = ["perfmon", "sys_ptrace", "syslog", "dac_read_search", "ipc_lock"];
const bounding = ["-all", ...CAPABILITIES.map((name) => `+${name}`)].join(",");
const skip = process.getuid?.() !== 0 ? "needs root" : !isInstalled("setpriv") && "no setpriv here";

/** What the recorder sees of a target, with no more rights than a sidecar with capabilities only has. */
async function foldedOf({ pid, stop }: TestTarget): Promise<string> {
	try {
		const program = [process.execPath, join(import.meta.dirname, "record-once.ts"), String(pid), "1500"];
		return await run("setpriv", ["--bounding-set", bounding, "--inh-caps", "-all", ...program]);
	} finally {
		await stop();
	}
}

function shareOf(folded: string, name: RegExp): number {
	let all = 0;
	let named = 0;
	for (const line of folded.trim().split("\n")) {
		const weight = Number(line.slice(line.lastIndexOf(" ")));
		all += weight;
		if (name.test(line)) named += weight;
	}
	return named / all;
}

describe("with capabilities only", { skip }, () => {
	it("a program is named that has its path in its own mount namespace alone", async () => {
		assert.ok(shareOf(await foldedOf(await startHiddenBusy()), /busy_outer;busy_inner/) > 0.8);
	});

	it("a program is named by its own file where ours of the same path is another", async (t) => {
		const ours = join(HIDDEN_FOLDER, "busy");
		assert.ok(!existsSync(HIDDEN_FOLDER), "somebody else's folder lies there");
		mkdirSync(HIDDEN_FOLDER);
		t.after(() => {
			rmSync(ours, { force: true });
			rmdirSync(HIDDEN_FOLDER);
		});
		// the same program whose functions lie elsewhere
		copyFileSync(await compileBusy("-O2", "-falign-functions=512"), ours);
		assert.ok(shareOf(await foldedOf(await startHiddenBusy()), /busy_outer;busy_inner/) > 0.8);
	});

	it("a Node.js program is named by the map in its own /tmp", async () => {
		assert.ok(shareOf(await foldedOf(await startHiddenNode()), /furnaceHotLoop|furnaceCaller/) > 0.5);
	});
});
