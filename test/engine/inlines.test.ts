import assert from "node:assert/strict";
import { join } from "node:path";
import { describe, it, type TestContext } from "node:test";
import { explain, framesOfAddr2line, ourPlaces } from "./addr2line.ts";
import { isInstalled, temporaryFolder } from "./recordings.ts";
import { run } from "./samples.ts";

const folder = temporaryFolder();
const source = (name: string) => join(import.meta.dirname, "programs", name);
const built = (name: string) => join(folder, name);
const SMALL = join(import.meta.dirname, "../../profile/symbols/dwarf/fixtures/inlined.c");
/** Addresses of each program that are asked for, about. */
const ADDRESSES = 3000;

async function agrees(t: TestContext, file: string, fewest = ADDRESSES / 2): Promise<void> {
	const places = await ourPlaces(file, ADDRESSES);
	const theirs = await framesOfAddr2line(file, places);
	const reasons = new Map<string, number>();
	for (const [index, place] of places.entries()) {
		const reason = explain(place, theirs[index]);
		const difference = { ...place, theirs: theirs[index], address: place.address.toString(16) };
		assert.ok(reason !== undefined, JSON.stringify(difference, undefined, "\t"));
		reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
	}
	const same = reasons.get("") ?? 0;
	reasons.delete("");
	t.diagnostic(
		[`${places.length} addresses, ${same} the same`, ...[...reasons].map((each) => each.join(": "))].join(
			"; ",
		),
	);
	assert.ok(places.length >= fewest);
	const inlined = places.filter(({ frames }) => frames.length > 1).length;
	assert.ok(inlined > places.length / 20, `only ${inlined} with inlined functions`);
}

describe("we name functions, inlined ones and lines as addr2line does", {
	skip: !isInstalled("addr2line") && "no addr2line here",
}, () => {
	const noGcc = !isInstalled("g++") && "no g++ here";
	const cpp = ["-O2", "-std=c++17", source("busy.cpp")];

	for (const [name, compiler, flags] of [
		["C, version 4", "gcc", ["-O2", "-gdwarf-4", "-nostdlib", "-static", SMALL]],
		["C, version 5", "gcc", ["-O2", "-gdwarf-5", "-nostdlib", "-static", SMALL]],
		["C++, version 3", "g++", ["-gdwarf-3", ...cpp]],
		["C++, version 4", "g++", ["-gdwarf-4", ...cpp]],
		["C++, version 5", "g++", ["-gdwarf-5", ...cpp]],
		["C++, compressed", "g++", ["-gdwarf-5", "-gz=zlib", ...cpp]],
		[
			"C++ at fixed addresses, linked with what is used alone",
			"g++",
			["-g", "-no-pie", "-ffunction-sections", "-Wl,--gc-sections", ...cpp],
		],
	] as const) {
		it(name, { skip: noGcc }, async (t) => {
			const program = built(name.replaceAll(/\W/g, "-"));
			await run(compiler, [...flags, "-o", program]);
			await agrees(t, program, compiler === "gcc" ? 50 : undefined);
		});
	}

	it("Rust", { skip: !isInstalled("rustc") && "no rustc here" }, async (t) => {
		const program = built("rust");
		await run("rustc", ["-O", "-g", "-o", program, source("busy.rs")]);
		await agrees(t, program);
	});

	// addr2line 2.40 reads no lines of what Go writes as version 5
	it("Go, version 4, and version 5 says the same", {
		skip: !isInstalled("go") && "no Go here",
	}, async (t) => {
		const [old, current] = [built("go4"), built("go5")];
		await run("env", ["GOEXPERIMENT=nodwarf5", "go", "build", "-o", old, source("busy.go")]);
		await run("go", ["build", "-o", current, source("busy.go")]);
		await agrees(t, old);
		assert.deepEqual(await ourPlaces(current, ADDRESSES), await ourPlaces(old, ADDRESSES));
	});
});
