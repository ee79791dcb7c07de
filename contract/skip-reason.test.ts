import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { SKIP_CODES, SKIP_REASONS, skipMessage } from "./skip-reason.ts";

describe("skip reasons", () => {
	test("are sentences that fit into a warning of the API server, and codes that fit into a label", () => {
		for (const code of SKIP_CODES) {
			const { message, fix } = SKIP_REASONS[code];
			assert.match(code, /^[a-z]+(-[a-z]+)*$/);
			for (const text of [message, fix]) assert.ok(text.length < 180 && /^[A-Z]/.test(text), text);
			assert.match(message, /\.$/, code);
		}
	});

	test("are told with the details of the case and the fix", () => {
		assert.equal(
			skipMessage("windows", "by its node selector"),
			"The pod runs on Windows; the agent needs Linux. (by its node selector) Profile it with Windows' own tools.",
		);
		assert.match(skipMessage("host-pid"), /beside them\. Set hostPID: false/);
	});
});
