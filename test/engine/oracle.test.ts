import assert from "node:assert/strict";
import { join } from "node:path";
import { describe, it, type TestContext } from "node:test";
import { compileBusy, startBusy, startHiddenBusy, startNode } from "../targets/targets.ts";
import { type CompareOptions, compare } from "./compare.ts";
import { isInstalled, record, recordStream, temporaryFolder } from "./recordings.ts";
import { run } from "./samples.ts";

const folder = temporaryFolder();
const source = (name: string) => join(import.meta.dirname, "programs", name);
const built = (name: string) => join(folder, name);
const isRoot = process.getuid?.() === 0;

/** What a recording of one program has at least: fewer would prove little. */
const FEWEST_SAMPLES = 50;
/**
 * Storms end thousands of processes, and perf and we meet some of them at different moments of their end; Node.js calls
 * libraries without frame pointers, whose chains hold whatever lay in memory.
 */
const CHANCE = 0.01;

interface Expected extends CompareOptions {
	fewest?: number;
	/** share of the samples that may differ for a reason nobody has reviewed yet */
	unexplained?: number;
}

/** Every sample is the same as perf's, or differs in a way that known-differences.ts explains. */
async function agrees(
	t: TestContext,
	file: string,
	{ fewest = FEWEST_SAMPLES, unexplained = 0, ...options }: Expected = {},
): Promise<void> {
	const { samples, same, known, unknown, ours, perf } = await compare(file, options);
	const reasons = [...known].map(([name, count]) => `${count} ${name}`);
	const [by, us] = [perf, ours].map(({ milliseconds }) => Math.round(milliseconds));
	t.diagnostic(
		`perf ${by} ms, ours ${us} ms: ${samples} samples, ${same} the same${reasons.map((reason) => `, ${reason}`).join("")}`,
	);
	assert.ok(unknown.length <= unexplained * samples, JSON.stringify(unknown.slice(0, 10), undefined, "\t"));
	assert.ok(samples >= fewest, `only ${samples} samples`);
	assert.equal(ours.skipped, 0);
}

describe("our reader names every sample as perf script does", {
	skip: !isInstalled("perf") && "no perf here",
}, () => {
	it("C", async (t) =>
		agrees(t, await record(built("c"), ["-p", ...(await busyFor(t)), "--", "sleep", "1"])));

	it("C++ with templates and inlined functions, and stripped", {
		skip: !isInstalled("g++") && "no g++ here",
	}, async (t) => {
		const program = built("busy-cpp");
		const flags = ["-O2", "-g", "-fno-omit-frame-pointer", "-fcf-protection"];
		await run("g++", [...flags, "-o", program, source("busy.cpp")]);
		await agrees(t, await record(built("cpp"), ["--", program, "20000"]));
		await run("strip", [program]);
		await agrees(t, await record(built("stripped"), ["--", program, "20000"]));
	});

	for (const mangling of ["legacy", "v0"]) {
		it(`Rust, mangling ${mangling}`, { skip: !isInstalled("rustc") && "no rustc here" }, async (t) => {
			const program = built(`busy-rust-${mangling}`);
			const codegen = ["force-frame-pointers=yes", `symbol-mangling-version=${mangling}`];
			const flags = ["-O", "-g", "-Z", "unstable-options", ...codegen.flatMap((each) => ["-C", each])];
			// the older mangling is not offered to everybody any more
			await run("env", ["RUSTC_BOOTSTRAP=1", "rustc", ...flags, "-o", program, source("busy.rs")]);
			await agrees(t, await record(built(mangling), ["--", program, "20000"]));
		});
	}

	it("Go", { skip: !isInstalled("go") && "no go here" }, async (t) => {
		const program = built("busy-go");
		await run("go", ["build", "-o", program, source("busy.go")], { cwd: folder });
		await agrees(t, await record(built("go"), ["--", program, "3000"]));
	});

	it("Node.js without a map of its compiled code", async (t) => {
		const program =
			"const end = Date.now() + 800; while (Date.now() < end) JSON.stringify([Math.random(), {}]);";
		await agrees(t, await record(built("node"), ["--", process.execPath, "-e", program]), {
			unexplained: CHANCE,
		});
	});

	it("Node.js with one", async (t) => {
		const { pid, stop } = await startNode();
		t.after(stop);
		const file = await record(built("node-map"), ["-p", String(pid), "--", "sleep", "1"]);
		await agrees(t, file, { jitPids: [pid], unexplained: CHANCE });
	});

	it("a storm of short-lived processes", { skip: !isInstalled("g++") && "no g++ here" }, async (t) => {
		const compilers = `for i in 1 2 3; do g++ -O1 -o ${built("storm-out")}.$i ${source("busy.cpp")} & done; wait`;
		await agrees(t, await record(built("storm"), ["--", "sh", "-c", compilers]), {
			fewest: 500,
			unexplained: CHANCE,
		});
	});

	it("a storm of programs that exec others", async (t) => {
		const loop = "for i in $(seq 60); do sh -c 'exec ls -lR /usr/lib/python3 >/dev/null'; done";
		await agrees(t, await record(built("exec"), ["--", "sh", "-c", loop]), { unexplained: CHANCE });
	});

	it("perf's stream", async (t) => {
		await agrees(t, await recordStream(built("stream"), ["-p", ...(await busyFor(t)), "--", "sleep", "1"]));
	});

	it("a program that only its own mount namespace has", { skip: !isRoot && "needs root" }, async (t) => {
		const { pid, stop } = await startHiddenBusy();
		t.after(stop);
		await agrees(t, await record(built("hidden"), ["-p", String(pid), "--", "sleep", "1"]));
	});
});

async function busyFor(t: TestContext): Promise<[string]> {
	await compileBusy();
	const { pid, stop } = await startBusy();
	t.after(stop);
	return [String(pid)];
}
