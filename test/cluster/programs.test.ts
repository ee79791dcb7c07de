import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { readConfig } from "./config.ts";
import { kubernetesVersion, linkerFlags, programsDir } from "./programs.ts";

describe("the cluster's programs", () => {
	test("have the version that go.mod asks for", () => {
		assert.equal(kubernetesVersion("require (\n\tk8s.io/kubernetes v1.34.4 // indirect\n)"), "1.34.4");
		assert.match(
			kubernetesVersion(readFileSync(join(readConfig({}).sources, "go.mod"), "utf8")),
			/^1\.\d+\.\d+$/,
		);
		assert.throws(() => kubernetesVersion("module m"), /names no version/);
	});

	test("are stamped with it", () => {
		assert.match(linkerFlags("1.34.4"), /gitVersion=v1\.34\.4 .*gitMajor=1 .*gitMinor=34$/);
	});

	test("stand in a folder of their own for these sources", () => {
		const config = readConfig({ HOME: "/home/kim" });
		assert.match(programsDir(config), /^\/home\/kim\/\.cache\/furnace\/cluster\/programs-[0-9a-f]{12}$/);
		assert.equal(programsDir(config), programsDir(config));
	});
});
