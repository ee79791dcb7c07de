import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { it } from "node:test";
import { parseKallsyms } from "./kallsyms.ts";

const parse = (text: string) => parseKallsyms(new TextEncoder().encode(text));
const START = -0x7f000000;

it("names by the last symbol at or before an address, of code and data alone", () => {
	const lines = [
		"ffffffff81000000 T first",
		"ffffffff81000000 t last_of_two",
		"ffffffff81000100 A absolute",
		"ffffffff81000200 t third",
		"ffffffffc0000000 t in_module\t[some_module]",
		"ffffffff81000180 r constant",
	];
	for (const order of [lines, lines.toReversed()]) {
		const symbols = parse(`${order.join("\n")}\n`);
		assert.equal(symbols?.nameOf(START + 0x1ff)?.name, order === lines ? "last_of_two" : "first");
		assert.deepEqual(symbols?.nameOf(START + 0x200), { name: "third", module: "[kernel]" });
		assert.deepEqual(symbols?.nameOf(-0x40000000 + 9), { name: "in_module", module: "[some_module]" });
		assert.equal(symbols?.nameOf(START - 1), undefined);
	}
});

it("has none where the addresses are hidden, or the text is cut off", () => {
	assert.equal(parse("0000000000000000 T first\n0000000000000000 t second\n"), undefined);
	assert.equal(parse(""), undefined);
	assert.equal(parse("ffffffff81000000 T first\nffffffff8100")?.nameOf(START)?.name, "first");
});

it("names functions of modules as the machine has them now", (t) => {
	const text = readFileSync("/proc/kallsyms", "utf8");
	const symbols = parse(text);
	if (symbols === undefined) return t.skip("the kernel hides its addresses");
	const lines = Array.from(text.matchAll(/^([0-9a-f]{16}) [tT] (\S+)\t\[(\w+)\]$/gm)).slice(0, 200);
	if (lines.length === 0) return t.skip("no module is loaded");
	for (const [, address, , module] of lines) {
		const found = symbols.nameOf(Number(BigInt.asIntN(64, BigInt(`0x${address}`))));
		assert.equal(found?.module, `[${module}]`);
	}
});
