import { join } from "node:path";
import { describe, it } from "node:test";
import { startNode } from "../targets/targets.ts";
import { agrees, collapsersAgree } from "./oracle.ts";
import { BUSY_SCRIPT, isInstalled, record, temporaryFolder, whileBusy } from "./recordings.ts";

const folder = temporaryFolder();
const LARGE_SOURCE = join(import.meta.dirname, "programs", "busy.cpp");
const built = (name: string) => join(folder, name);

describe("our reader names what JIT compilers and short-lived processes do as perf script does", {
	skip: !isInstalled("perf") && "no perf here",
}, () => {
	it("Node.js without a map of its compiled code", async (t) => {
		await agrees(t, await record(built("node"), ["--", process.execPath, "-e", BUSY_SCRIPT]));
	});

	it("Node.js with one", async (t) => {
		const { pid, stop } = await startNode();
		t.after(stop);
		const file = await record(built("node-map"), whileBusy(pid));
		// its map grows as long as it runs, and is read twice
		process.kill(pid, "SIGSTOP");
		await agrees(t, file, { jitPids: [pid] });
	});

	it("a storm of short-lived processes", { skip: !isInstalled("g++") && "no g++ here" }, async (t) => {
		const compilers = `for i in 1 2 3; do g++ -O1 -o ${built("storm-out")}.$i ${LARGE_SOURCE} & done; wait`;
		await agrees(t, await record(built("storm"), ["--", "sh", "-c", compilers]), { fewest: 500 });
	});

	it("a storm of programs that exec others", async (t) => {
		const loop = "for i in $(seq 60); do sh -c 'exec ls -lR /usr/lib/python3 >/dev/null'; done";
		await agrees(t, await record(built("exec"), ["--", "sh", "-c", loop]));
	});

	collapsersAgree();
});
