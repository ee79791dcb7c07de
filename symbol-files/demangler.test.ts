import assert from "node:assert/strict";
import { it } from "node:test";
import { demangler } from "./demangler.ts";

/** As `c++filt -p -i` prints them. */
const NAMES = {
	_ZN3foo3barIiEEvT_: "foo::bar<int>",
	_ZNK3foo3barEv: "foo::bar",
	"_ZN3fooL3barEv.isra.0": "foo::bar",
	"_ZNSt6vectorIiSaIiEE9push_backEOi.constprop.0.cold": "std::vector<int, std::allocator<int> >::push_back",
	_ZZ4mainENKUliE_clEi: "main::{lambda(int)#1}::operator()",
	_ZN12_GLOBAL__N_13fooEv: "(anonymous namespace)::foo",
	_ZN1AcvjEv: "A::operator unsigned int",
	_ZThn8_N1A1fEv: "non-virtual thunk to A::f()",
	_ZTVN10__cxxabiv117__class_type_infoE: "vtable for __cxxabiv1::__class_type_info",
	_Z1fILm7ELj3ELl5EEvv: "f<7ul, 3u, 5l>",
	_ZN4core3fmt9Formatter9write_str17h0123456789abcdefE: "core::fmt::Formatter::write_str",
	_RNvCs1234_7mycrate3foo: "mycrate::foo",
	"main.(*square[...]).area": "main.(*square[...]).area",
	printf: "printf",
	_Znotaname: "_Znotaname",
};

it("prints names as perf does", () => {
	const demangle = demangler();
	for (const [mangled, name] of Object.entries(NAMES)) assert.equal(demangle(mangled), name);
});

it("survives names that were made to break it", () => {
	const demangle = demangler();
	for (const hostile of [
		`_Z${"N".repeat(12_000)}`,
		`_Z1fI${"PP".repeat(8_000)}`,
		`_ZN${"1aS_".repeat(3_000)}E`,
		"_Z\u{1f600}",
		// an old name of Rust that reads `)&&&&&&...x`
		"_ZN250$RP$HERE17h0123456789abcdefE".replace("HERE", `${"$RF$".repeat(61)}xx`),
	]) {
		const begun = performance.now();
		assert.equal(typeof demangle(hostile), "string");
		assert.ok(performance.now() - begun < 1000);
	}
	assert.equal(demangle("_ZNK3foo3barEv"), "foo::bar");
});
