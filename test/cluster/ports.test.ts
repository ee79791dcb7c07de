import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { takenIn } from "./ports.ts";

const HEADER = "  sl  local_address rem_address   st tx_queue rx_queue\n";
const socket = (local: string, state = "0A") => `   0: ${local} 00000000:0000 ${state} 00000000:00000000\n`;

describe("ports that somebody else has", () => {
	test("at all addresses, of either family, or at the cluster's own", () => {
		assert.deepEqual(takenIn(HEADER + socket("00000000:192B")), [6443]);
		assert.deepEqual(takenIn(HEADER + socket(`${"0".repeat(32)}:192B`)), [6443]);
		assert.deepEqual(takenIn(HEADER + socket("0100007F:094B")), [2379]);
		assert.deepEqual(takenIn(HEADER + socket("0100F40A:0035")), [53]);
	});

	test("a machine's own resolver at another address is in nobody's way, nor is a connection", () => {
		assert.deepEqual(takenIn(HEADER + socket("3500007F:0035")), []);
		assert.deepEqual(takenIn(HEADER + socket("0100007F:094B", "01")), []);
	});
});
