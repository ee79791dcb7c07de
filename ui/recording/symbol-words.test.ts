import assert from "node:assert/strict";
import { test } from "node:test";
import type { SymbolQuality } from "../../contract/recording.ts";
import { moduleWords, symbolTitle } from "./symbol-words.ts";

type Module = SymbolQuality["modules"][number];
const figures = (named: number, modules: Module[] = []) => ({
	symbols: { named, total: 1000, modules },
	samples: 200,
});

test("a few missing names are no warning, many are; so are samples without callers", () => {
	assert.equal(symbolTitle(figures(1000)), null);
	assert.equal(symbolTitle(figures(960)), null);
	assert.equal(symbolTitle(figures(900)), "10.0% of the frames have no name");
	const cut = { module: "/bin/x", named: 5, total: 5, cutOff: 50 };
	assert.equal(symbolTitle(figures(1000, [cut])), "25.0% of the samples lack callers");
	assert.equal(
		symbolTitle(figures(500, [cut])),
		"50.0% of the frames have no name, 25.0% of the samples lack callers",
	);
	assert.equal(symbolTitle({ symbols: { named: 0, total: 0, modules: [] }, samples: 0 }), null);
});

test("each module says what it lacks", () => {
	const module = { module: "/bin/x", named: 10, total: 40, cutOff: 1 };
	assert.equal(
		moduleWords(module, figures(970, [module])),
		"75.0% of its frames have no name (3.0% of all frames); 1 sample without callers (0.5%)",
	);
	assert.equal(
		moduleWords({ module: "/bin/x", named: 40, total: 40, cutOff: 2 }, figures(1000)),
		"2 samples without callers (1.0%)",
	);
});
