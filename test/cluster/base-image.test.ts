import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { mirrorOf } from "./base-image.ts";

describe("where the base image's packages come from", () => {
	test("apt's own source for that suite, in either way of writing", () => {
		const stanzas = [
			"Types: deb\nURIs: http://a.example/security\nSuites: trixie-security\nComponents: main",
			"Types: deb\n# comment\nURIs: http://a.example/debian\nSuites: trixie trixie-updates\nComponents: main",
		].join("\n\n");
		assert.equal(mirrorOf(stanzas, "trixie"), "http://a.example/debian");
		const line = "deb [signed-by=/k] http://b.example/debian trixie main\n";
		assert.equal(mirrorOf(line, "trixie"), "http://b.example/debian");
	});

	test("none where apt has other suites only: debootstrap knows one", () => {
		assert.equal(mirrorOf("deb http://b.example/apt other main\n", "trixie"), undefined);
		assert.equal(mirrorOf("", "trixie"), undefined);
	});
});
