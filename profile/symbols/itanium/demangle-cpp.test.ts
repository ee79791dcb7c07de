import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { demangleCpp } from "./demangle-cpp.ts";

/** As `c++filt -p -i` prints them. */
const NAMES = {
	_Z3foov: "foo",
	_ZN3foo3barIiEEvT_: "foo::bar<int>",
	_ZNK3foo3barEv: "foo::bar",
	"_ZN3fooL3barEv.isra.0": "foo::bar",
	"_ZNSt6vectorIiSaIiEE9push_backEOi.constprop.0.cold": "std::vector<int, std::allocator<int> >::push_back",
	_ZZ4mainENKUliE_clEi: "main::{lambda(int)#1}::operator()",
	_ZZN1A1fIiEEvT_ENKUliE0_clEi: "A::f<int>(int)::{lambda(int)#2}::operator()",
	_ZZNK1A1fEiENKUlT_E_clIcEEDaS0_: "A::f(int) const::{lambda(auto:1)#1}::operator()<char>",
	_ZN12_GLOBAL__N_13fooEv: "(anonymous namespace)::foo",
	_ZN1AcvjEv: "A::operator unsigned int",
	_ZN1AcvT_IiEEv: "A::operator int<int>",
	_ZN1AC2Ei: "A::A",
	_ZN1AIiED1Ev: "A<int>::~A",
	_ZNSsC1EPKc: "std::basic_string<char, std::char_traits<char>, std::allocator<char> >::basic_string",
	_ZNSolsEi: "std::ostream::operator<<",
	_ZlsR1AS0_: "operator<<",
	_ZltIiEbR1AT_: "operator< <int>",
	_Znam: "operator new[]",
	_ZdlPv: "operator delete",
	_Zli1xPKc: 'operator"" x',
	_Z1fB5cxx11v: "f[abi:cxx11]",
	_ZThn8_N1A1fEv: "non-virtual thunk to A::f()",
	_ZTv0_n24_N1A1fEi: "virtual thunk to A::f(int)",
	_ZTVN10__cxxabiv117__class_type_infoE: "vtable for __cxxabiv1::__class_type_info",
	_ZTI1A: "typeinfo for A",
	_ZGVZ1fvE1x: "guard variable for f()::x",
	_Z1fILm7ELj3ELl5ELb1ELin2EEvv: "f<7ul, 3u, 5l, true, -2>",
	_Z1fIL1E2EEvv: "f<(E)2>",
	_Z1fIL11constructor2EEvv: "f<(constructor)2>",
	_Z1fIXadL_ZN1A1gEiEEEvv: "f<&A::g>",
	_Z1fIXadL_Z1giEEEvv: "f<&(g(int))>",
	_Z1fIFivEEvv: "f<int ()>",
	_Z1fIPFivEEvv: "f<int (*)()>",
	_Z1fIPFPFvcEiEEvv: "f<void (*(*)(int))(char)>",
	_Z1fIRA21_KcEvv: "f<char const (&) [21]>",
	_Z1fIM1AKFivEEvv: "f<int (A::*)() const>",
	_Z1fIM1AiEvv: "f<int A::*>",
	_Z1fIPKPVcEvv: "f<char volatile* const*>",
	_Z1fIJiPKcEEvDpT_: "f<int, char const*>",
	_Z1fIJEEvDpT_: "f<>",
	_ZZ1fIJicEEvDpRT_E1x: "f<int, char>(int&, char&)::x",
	_ZZ1fIRiEvOT_E1x: "f<int&>(int&)::x",
	_Z1fI1AIS0_IiEEEvv: "f<A<A<int> > >",
	_ZN1AUt_1fEv: "A::{unnamed type#1}::f",
	_ZSt4moveIRiEONSt16remove_referenceIT_E4typeEOS2_: "std::move<int&>",
} as const;

/** What a library for hostile names must bear. */
const HOSTILE = [
	`_Z${"N".repeat(50_000)}`,
	`_Z1fI${"P".repeat(50_000)}i`,
	`_Z1fI${"1AI".repeat(20_000)}`,
	`_ZN${"1aS_".repeat(20_000)}E`,
	// each substitution is twice the one before
	`_Z1fISt4pairI1AS0_E${Array.from({ length: 60 }, (_, n) => `St4pairIS${n.toString(36).toUpperCase()}_S${n.toString(36).toUpperCase()}_E`).join("")}E`,
	"_Z1fIJiiiiiiiiEEvDpDpDpDpDpDpDpDpDpDpDpDpDpT_",
	"_Z999999999999f",
	"_Z1fIL",
	"_ZNS_S_E",
	"_ZT",
	"_Z",
];

describe("names of C++", () => {
	it("are printed as binutils do", () => {
		for (const [mangled, name] of Object.entries(NAMES)) assert.equal(demangleCpp(mangled), name, mangled);
	});

	it("may be nested deeper than people write", () => {
		const deep = `_Z1fI${"1AI".repeat(200)}i${"E".repeat(200)}Evv`;
		assert.equal(demangleCpp(deep)?.startsWith("f<A<A<A<"), true);
	});

	it("cost little when they were made to cost much", () => {
		for (const name of HOSTILE) {
			const begun = process.cpuUsage();
			const printed = demangleCpp(name);
			assert.ok(printed === undefined || printed.length <= 65_536, name.slice(0, 100));
			assert.ok(process.cpuUsage(begun).user < 1_000_000, name.slice(0, 100));
		}
	});

	it("that nobody mangled are not understood, or are as they may be", () => {
		const letter = fc.constantFrom(..."0123456789EINSTZJLXDpPRKO_aftsv".split(""));
		const made = fc.array(letter, { maxLength: 200 }).map((letters) => `_Z${letters.join("")}`);
		fc.assert(
			fc.property(made, (name) => {
				const printed = demangleCpp(name);
				return printed === undefined || printed.length <= 65_536;
			}),
			{ numRuns: 5000, seed: 7 },
		);
	});
});
