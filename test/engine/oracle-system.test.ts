import { readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { hasJitMap } from "../../sidecar/profilers/perf/jit-map.ts";
import { agrees, collapsersAgree } from "./oracle.ts";
import { BUSY_SCRIPT, isInstalled, record, temporaryFolder } from "./recordings.ts";

const isRoot = process.getuid?.() === 0;
const skip = !isRoot ? "needs root" : !isInstalled("perf") && "no perf here";

/** Processes that live long and some that do not, much in the kernel, code of a JIT compiler. */
const LOAD = [
	'"$1" -e "$2" &',
	"dd if=/dev/zero of=/dev/null bs=4k count=200000 2>/dev/null &",
	"for i in 1 2 3 4 5 6 7 8; do ls -lR /usr/lib/python3 >/dev/null; done &",
	"wait",
].join("\n");

describe("our reader names whatever runs on the machine as perf script does", { skip }, () => {
	it("with the kernel's functions", async (t) => {
		const file = join(temporaryFolder(), "system");
		const load = ["sh", "-c", LOAD, "sh", process.execPath, BUSY_SCRIPT];
		await record(file, ["--all-cpus", "--", ...load]);
		await agrees(t, file, { fewest: 500, leftOut: await processesWithMaps() });
	});

	collapsersAgree();
});

/** Programs of others, whose compilers write their maps while we read them and perf does, each at a moment of its own. */
async function processesWithMaps(): Promise<ReadonlySet<number>> {
	const found = new Set<number>();
	for (const name of readdirSync("/tmp")) {
		const map = /^perf-(\d+)\.map$/.exec(name);
		if (map !== null) found.add(Number(map[1]));
	}
	for (const name of readdirSync("/proc")) {
		if (/^\d+$/.test(name) && (await hasJitMap(Number(name)))) found.add(Number(name));
	}
	return found;
}
