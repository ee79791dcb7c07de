import { join } from "node:path";
import { describe, it, type TestContext } from "node:test";
import { compileBusy, startBusy, startHiddenBusy } from "../targets/targets.ts";
import { agrees, collapsersAgree } from "./oracle.ts";
import { isInstalled, record, recordStream, temporaryFolder, whileBusy } from "./recordings.ts";
import { run } from "./samples.ts";

const folder = temporaryFolder();
const source = (name: string) => join(import.meta.dirname, "programs", name);
const built = (name: string) => join(folder, name);
const isRoot = process.getuid?.() === 0;

describe("our reader names every sample of a compiled program as perf script does", {
	skip: !isInstalled("perf") && "no perf here",
}, () => {
	it("C", async (t) => agrees(t, await record(built("c"), whileBusy(await busy(t)))));

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

	it("Go, and stripped", { skip: !isInstalled("go") && "no go here" }, async (t) => {
		const program = built("busy-go");
		await run("go", ["build", "-o", program, source("busy.go")], { cwd: folder });
		await agrees(t, await record(built("go"), ["--", program, "3000"]));
		await run("strip", [program]);
		await agrees(t, await record(built("go-stripped"), ["--", program, "3000"]));
	});

	it("perf's stream", async (t) => {
		await agrees(t, await recordStream(built("stream"), whileBusy(await busy(t))));
	});

	it("a program that only its own mount namespace has", { skip: !isRoot && "needs root" }, async (t) => {
		const { pid, stop } = await startHiddenBusy();
		t.after(stop);
		await agrees(t, await record(built("hidden"), whileBusy(pid)));
	});

	collapsersAgree();
});

async function busy(t: TestContext): Promise<number> {
	await compileBusy();
	const { pid, stop } = await startBusy();
	t.after(stop);
	return pid;
}
