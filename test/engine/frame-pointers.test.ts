import assert from "node:assert/strict";
import { createReadStream } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { readPerfData } from "../../profile/read/perf-data/read.ts";
import { symbolQuality } from "../../profile/symbol-quality.ts";
import { createTargetSymbols } from "../../symbol-files/target-symbols.ts";
import { isInstalled, record, temporaryFolder } from "./recordings.ts";
import { run } from "./samples.ts";

const folder = temporaryFolder();
const missing = ["perf", "g++"].filter((tool) => !isInstalled(tool));

/** @returns what is said of the program's own code */
async function qualityOf(flag: string) {
	const program = join(folder, `busy${flag}`);
	await run("g++", ["-O2", flag, "-o", program, join(import.meta.dirname, "programs/busy.cpp")]);
	const file = await record(`${program}.data`, ["--", program, "20000"]);
	const symbols = createTargetSymbols({ jitName: () => undefined, otherRoots: ["/"] });
	const profile = await readPerfData(createReadStream(file), { symbols });
	symbols.close();
	const hint = ({ cutOff }: { cutOff: number }) =>
		cutOff > 0 ? ({ fault: "no-frame-pointers", reason: "", fix: "" } as const) : undefined;
	return symbolQuality(profile, hint).modules.find(({ module }) => module === program);
}

describe("missing frame pointers", { skip: missing.length > 0 && `no ${missing.join(", ")} here` }, () => {
	it("are recognised by stacks of one or two frames", async () => {
		const found = await qualityOf("-fomit-frame-pointer");
		assert.equal(found?.fault, "no-frame-pointers");
	});

	it("are not where there are some", async () => {
		assert.equal((await qualityOf("-fno-omit-frame-pointer"))?.cutOff, undefined);
	});
});
