import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { ConfigError, readConfig } from "./config.ts";

test("a state folder is made absolute, wherever it is named", () => {
	assert.equal(readConfig(["--state", "here"], {})?.stateDir, join(process.cwd(), "here"));
	assert.equal(readConfig([], { FURNACE_STATE: "there" })?.stateDir, join(process.cwd(), "there"));
	assert.match(readConfig([], { FURNACE_STATE: "" })?.stateDir ?? "", /\/\.state$/);
});

test("the command line goes before the environment, and both are checked", () => {
	assert.equal(readConfig(["--port", "9000"], { FURNACE_PORT: "9001" })?.port, 9000);
	assert.equal(readConfig([], { FURNACE_PORT: "9001" })?.port, 9001);
	assert.equal(readConfig(["--no-demo"], {})?.demo, false);
	assert.equal(readConfig(["--help"], {}), null);
	for (const args of [["--port", "70000"], ["--port", "x"], ["--frequency", "9"], ["stray"]]) {
		assert.throws(() => readConfig(args, {}), ConfigError, args.join(" "));
	}
});
