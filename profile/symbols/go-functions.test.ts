import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
	GO_BASE,
	GO_FUNCTIONS,
	GO_TEXT,
	GO_VERSIONS,
	goFunctionTable,
	goProgram,
} from "../testing/go-function-table.ts";
import { readSymbolTable } from "./symbol-table.ts";

const symbolsOf = (table: Uint8Array<ArrayBuffer>) =>
	readSymbolTable({ loaded: goProgram(table) }, (name) => name);

describe("functions of a stripped Go program", () => {
	for (const [version, layout] of Object.entries(GO_VERSIONS)) {
		for (const pointerBytes of [4, 8] as const) {
			it(`Go ${version}, ${8 * pointerBytes} bits`, () => {
				const symbols = symbolsOf(goFunctionTable(layout, pointerBytes));
				for (const { name, start, end } of GO_FUNCTIONS) {
					for (const address of [start, end - 1]) assert.equal(symbols?.nameOf(address - GO_BASE), name);
				}
				assert.equal(symbols?.nameOf(GO_TEXT - GO_BASE), undefined);
				assert.equal(symbols?.nameOf(GO_TEXT + 0x140 - GO_BASE), undefined);
			});
		}
	}

	it("a table that is cut off anywhere, or claims any number of functions, does no harm", () => {
		for (const layout of Object.values(GO_VERSIONS)) {
			const whole = goFunctionTable(layout, 8);
			for (let length = 0; length < whole.length; length++) {
				const symbols = symbolsOf(whole.slice(0, length));
				for (const { start } of GO_FUNCTIONS) symbols?.nameOf(start - GO_BASE);
			}
			for (const count of [0, 4, 2 ** 21, 2 ** 31, 2 ** 32 - 1]) {
				const damaged = whole.slice();
				new DataView(damaged.buffer).setUint32(8, count, true);
				symbolsOf(damaged)?.nameOf(GO_TEXT - GO_BASE);
			}
		}
	});
});
