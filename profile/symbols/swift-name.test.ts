import assert from "node:assert/strict";
import { it } from "node:test";
import fc from "fast-check";
import { readableSwift } from "./swift-name.ts";

/** Mangled names that Swift's own documentation, its tools and reports of crashes show. */
const NAMES = {
	$s4main5helloSSyYaKF: "main.hello",
	$s20MyPlayground_Sources4TestC4testSSyF: "MyPlayground_Sources.Test.test",
	$ss17_assertionFailure__4file4line5flagss5NeverOs12StaticStringV_A2HSus6UInt32VtF:
		"Swift._assertionFailure",
	$sSi1soiyS2i_SitFZ: "Swift.Int.-",
	$sSa: "Swift.Array",
	$sSS5countSivg: "Swift.String.count",
	$s7SwiftUI12__GridLayoutVAA014_VariadicView_F4RootAAWP: "SwiftUI.__GridLayout",
	$s4main3FooC3barACycfC: "main.Foo.bar",
	$s4main3FooCACycfC: "main.Foo.init",
	_$s4main3FooCfD: "main.Foo.deinit",
	$S4main3fooyyF: "main.foo",
};

it("shows module, type and name of Swift's functions, and the mangled name behind them", () => {
	for (const [mangled, name] of Object.entries(NAMES)) {
		assert.equal(readableSwift(mangled), `${name} (${mangled})`);
	}
});

it("leaves other names alone", () => {
	for (const name of ["$x", "$d.4", "$s", "$s9tooshort", "main", "_Z3foov", "$super"]) {
		assert.equal(readableSwift(name), undefined, name);
	}
});

it("takes whatever stands behind the mark", () => {
	fc.assert(
		fc.property(fc.string({ maxLength: 300 }), (rest) => {
			const name = readableSwift(`$s${rest}`);
			return name === undefined || name.endsWith(` ($s${rest})`);
		}),
		{ numRuns: 2000, seed: 3 },
	);
});
