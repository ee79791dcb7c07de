import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { gunzipSync } from "node:zlib";
import fc from "fast-check";
import { callTreeOf } from "../call-tree.ts";
import { ProfileFormatError } from "../model.ts";
import { anyProfile, profileOf } from "../testing/arbitrary-profile.ts";
import { foldedChunks } from "../write/folded.ts";
import { readFolded } from "./folded.ts";

const fold = (profile: Parameters<typeof callTreeOf>[0]): string =>
	[...foldedChunks(callTreeOf(profile))].join("");
const sorted = (text: string): string[] => text.split("\n").sort();

test("what was written is read as the same stacks and weights", () => {
	fc.assert(
		fc.property(anyProfile(), (profile) => {
			const once = readFolded(fold(profile));
			assert.equal(callTreeOf(once).total[0], callTreeOf(profile).total[0]);
			assert.deepEqual(sorted(fold(readFolded(fold(once)))), sorted(fold(once)));
		}),
	);
});

test("one line a stack, the separator in a name replaced", () => {
	const profile = readFolded("a;b c 3\n\n;x\t1\r\na;b c 4\n");
	assert.equal(fold(profile), "a;b c 7\n[unknown];x 1\n");
	assert.equal(fold(profileOf({})), "");
	assert.equal(
		[
			...foldedChunks({
				...callTreeOf(profile),
				frames: profile.frames.map((frame) => ({ ...frame, name: `${frame.name};` })),
			}),
		].join(""),
		"a:;b c: 7\n[unknown]:;x: 1\n",
	);
});

test("weights are exact", () => {
	const profile = readFolded(`a 9007199254740993\na ${2n ** 62n}\n`);
	assert.equal(profile.samples.values[0][0], 2n ** 62n + 9007199254740993n);
});

test("a line without a number, or with too large a one, is named", () => {
	for (const [text, line] of [
		["a;b", 1],
		["a 1\n\nb", 3],
		["a -1", 1],
		["a 1.5", 1],
		["a 9223372036854775808", 1],
		["a\0b", 1],
		[`${"x".repeat(2_000_000)} 1`, 1],
	] as const) {
		assert.throws(
			() => readFolded(text),
			(error) => error instanceof ProfileFormatError && error.offset === line,
			text.slice(0, 20),
		);
	}
});

test("bytes are read like text", () => {
	const profile = readFolded(Buffer.from("main;\xff 2\n", "latin1"));
	assert.deepEqual(
		profile.frames.map((frame) => frame.name),
		["main", "\ufffd"],
	);
});

test("what stands behind a name says in which code it was, and is no part of it", () => {
	const profile = readFolded("run_[0];run_[j];spin_[i];do_read_[k] 2\nrun_[1] 1\nplain_[x];_[j] 1\n");
	assert.deepEqual(
		profile.frames.map(({ name, kind, module }) => [name, kind, module]),
		[
			["run", "jit", ""],
			["spin", "jit", ""],
			["do_read", "kernel", "[kernel]"],
			["plain_[x]", "user", ""],
			["_[j]", "user", ""],
		],
	);
});

test("async-profiler: every line of it, in the kind of code it says", () => {
	const text = gunzipSync(
		readFileSync(new URL("fixtures/async-profiler.folded.gz", import.meta.url)),
	).toString();
	const profile = readFolded(text);
	const numbers = text
		.trim()
		.split("\n")
		.map((line) => Number(line.slice(line.lastIndexOf(" "))));
	assert.equal(
		callTreeOf(profile).total[0],
		numbers.reduce((sum, number) => sum + number, 0),
	);
	const kinds = Object.fromEntries(profile.frames.map(({ name, kind }) => [name, kind]));
	assert.equal(kinds["java/lang/String.split"], "jit");
	assert.equal(kinds.libmSin, "user");
	assert.ok(Object.keys(kinds).every((name) => !/_\[[01ijk]\]$/.test(name)));
});
