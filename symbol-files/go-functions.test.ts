import assert from "node:assert/strict";
import { openSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { type ElfFile, readElf } from "../profile/symbols/elf.ts";
import { readSymbolTable } from "../profile/symbols/symbol-table.ts";
import { openedFile } from "./opened-file.ts";
import { functionsOf, run, temporaryFolder, withoutTools } from "./testing/programs.ts";

const folder = temporaryFolder();

const PLAIN = `package main

import "fmt"

type burner struct{}

func (b *burner) Run(n int) (sum int) {
	for i := 0; i < n; i++ {
		sum += func(x int) int { return x * x }(i)
	}
	return
}

//go:noinline
func generic[V any](value V) V { return value }

func main() { fmt.Println((&burner{}).Run(10), generic(3), generic("x")) }
`;
const WITH_C = `package main

// static int twice(int x) { return 2 * x; }
import "C"
import "fmt"

func main() { fmt.Println(C.twice(3)) }
`;

/** The linker's own endings, and most arguments of generic functions, are in the symbol table alone. */
function withoutDetails(name: string): string {
	return name
		.replace(/\.abi(?:0|internal)$/, "")
		.replace(/\[.*\]/, "[...]")
		.replaceAll("·", ".");
}

async function build(name: string, source: string, flags: readonly string[]): Promise<[string, ElfFile]> {
	const program = join(folder, name);
	writeFileSync(`${program}.go`, source);
	await run("go", ["build", ...flags, "-o", program, `${program}.go`], folder);
	return [program, readElf(openedFile(openSync(program, "r")))];
}

describe("a stripped Go program has the names of one that is not", { skip: withoutTools("go", "nm") }, () => {
	const cases: [title: string, source: string, mode: string, skip: string | false][] = [
		["at a fixed address", PLAIN, "exe", false],
		["that may lie anywhere", PLAIN, "pie", false],
		["linked with C", WITH_C, "exe", withoutTools("gcc")],
		["linked with C, that may lie anywhere", WITH_C, "pie", withoutTools("gcc")],
	];
	for (const [title, source, mode, skip] of cases) {
		it(title, { skip }, async (t) => {
			const isMixed = source === WITH_C;
			const name = `${mode}${isMixed ? "-c" : ""}`;
			const [full, whole] = await build(name, source, [`-buildmode=${mode}`]);
			const stripping = [`-buildmode=${mode}`, "-ldflags=-s -w"];
			const [, loaded] = await build(`${name}-stripped`, source, stripping);
			const symbols = readSymbolTable({ loaded }, (each) => each);
			const functions = await functionsOf(full, whole);
			let ofGo = 0;
			for (const { name, offset, size } of functions) {
				for (const place of [offset, offset + size - 1]) {
					const found = symbols?.nameOf(place);
					// C's functions are known to the symbol table alone
					if (isMixed && found === undefined && !/^(?:runtime|main|fmt)\./.test(name)) continue;
					assert.equal(withoutDetails(found ?? ""), withoutDetails(name));
					ofGo++;
				}
			}
			t.diagnostic(`${functions.length} functions, ${ofGo / 2} of Go`);
			assert.ok(ofGo > 2000, `only ${ofGo}`);
		});
	}
});
