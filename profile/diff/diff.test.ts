import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { DIFF_FORMATS } from "../../contract/formats.ts";
import { callTreeOf } from "../call-tree.ts";
import { anyProfile, profileOf, totalOf } from "../testing/arbitrary-profile.ts";
import { topFunctions } from "../top.ts";
import { diffChunks } from "../write/diff.ts";
import { changeOf, diffProfiles, type ProfileDiff } from "./diff.ts";
import { changedFunctions } from "./functions.ts";

async function textOf(...given: Parameters<typeof diffChunks>): Promise<string> {
	const chunks: Uint8Array[] = [];
	for await (const chunk of diffChunks(...given)) chunks.push(chunk);
	return new TextDecoder("utf-8", { fatal: true }).decode(Buffer.concat(chunks));
}

const sum = (column: BigInt64Array): bigint => column.reduce((total, value) => total + value, 0n);

test("a profile does not differ from itself", () => {
	fc.assert(
		fc.property(anyProfile(), fc.boolean(), (profile, normalized) => {
			const diff = diffProfiles(profile, profile, { normalized });
			assert.deepEqual(diff.base, diff.comparison);
			for (let node = 0; node < diff.length; node++) {
				assert.equal(changeOf(diff, diff.base.total[node], diff.comparison.total[node]), 0);
			}
			for (const { selfChange, totalChange } of changedFunctions(diff)) {
				assert.deepEqual([selfChange, totalChange], [0, 0]);
			}
		}),
	);
});

test("both columns have all the weight of their profiles, and changes of self weight add up to that of the totals", () => {
	fc.assert(
		fc.property(anyProfile(), anyProfile(), fc.boolean(), (base, comparison, normalized) => {
			const diff = diffProfiles(base, comparison, { normalized });
			assert.equal(sum(diff.base.self), totalOf(base));
			assert.equal(sum(diff.comparison.self), totalOf(comparison));
			assert.equal(diff.base.total[0], callTreeOf(base).total[0]);
			let change = 0;
			for (let node = 0; node < diff.length; node++) {
				assert.ok(node === 0 || diff.parent[node] < node);
				change += changeOf(diff, Number(diff.base.self[node]), Number(diff.comparison.self[node]));
			}
			assert.ok(Math.abs(change - changeOf(diff, diff.base.total[0], diff.comparison.total[0])) < 1e-9);
		}),
	);
});

test("the other way round it has the other sign", () => {
	fc.assert(
		fc.property(anyProfile(), anyProfile(), (base, comparison) => {
			const keyed = (diff: ProfileDiff) =>
				new Map(
					changedFunctions(diff).map((one) => [`${one.kind} ${one.module} ${one.name}`, one.selfChange]),
				);
			const there = keyed(diffProfiles(base, comparison));
			// a module's path is that of the first profile
			for (const [key, change] of keyed(diffProfiles(comparison, base))) {
				if (there.has(key)) assert.ok(Math.abs((there.get(key) ?? 0) + change) < 1e-12, key);
			}
		}),
	);
});

test("functions are the same whatever their lines and the folders of their modules", () => {
	const before = profileOf({ "main;read": 3, "main;write": 1 });
	const moved = {
		...before,
		frames: before.frames.map((frame) => ({ ...frame, line: 7, file: "b.c", module: "" })),
	};
	const diff = diffProfiles(before, moved);
	assert.equal(diff.length, 4);
	assert.ok(changedFunctions(diff).every(({ selfChange }) => selfChange === 0));
});

test("shares are compared, so that recordings of different lengths can be", async () => {
	const diff = diffProfiles(
		profileOf({ "main;read": 30, "main;old": 10 }),
		profileOf({ "main;read": 9, "main;new": 1 }),
	);
	assert.equal(
		await textOf(diff, "txt", { title: "shop", names: ["v1", "v2"] }),
		`shop
v1: 40 samples; v2: 10 samples
Changes are percentage points of the totals.

  self     was      is   total      was       is  function  module
-25.00  25.00%   0.00%  -25.00   25.00%    0.00%  old
+15.00  75.00%  90.00%  +15.00   75.00%   90.00%  read
+10.00   0.00%  10.00%  +10.00    0.00%   10.00%  new
  0.00   0.00%   0.00%    0.00  100.00%  100.00%  main
`,
	);
	assert.deepEqual((await textOf(diff, "folded")).split("\n").sort(), [
		"",
		"main;new 0 1",
		"main;old 10 0",
		"main;read 30 9",
	]);
	const absolute = diffProfiles(profileOf({ a: 1 }), profileOf({ a: 3 }), { normalized: false });
	assert.equal(changedFunctions(absolute)[0].selfChange, 2);
});

test("counts beyond 2^53 keep every digit", async () => {
	const large = 2n ** 62n + 1n;
	const one = profileOf({ a: 1 });
	const profile = { ...one, samples: { ...one.samples, values: [BigInt64Array.of(large)] } };
	const diff = diffProfiles(profile, one);
	assert.equal(await textOf(diff, "folded"), `a ${large} 1\n`);
	assert.match(await textOf(diff, "json"), new RegExp(`"base":\\[0,${large}\\]`));
});

test("what has no value type in common cannot be compared", () => {
	const one = profileOf({ a: 1 });
	const other = { ...one, valueTypes: [{ type: "alloc", unit: "bytes" }] };
	assert.throws(() => diffProfiles(one, other), RangeError);
	assert.throws(() => diffProfiles(one, one, { valueType: "cpu" }), RangeError);
});

test("every format is written of any two profiles, and hostile names do no harm", async () => {
	await fc.assert(
		fc.asyncProperty(anyProfile(), anyProfile(), async (base, comparison) => {
			const diff = diffProfiles(base, comparison);
			for (const format of DIFF_FORMATS) {
				const text = await textOf(diff, format, { title: "</title><script>" });
				// biome-ignore lint/suspicious/noControlCharactersInRegex: that is what must not be there
				assert.doesNotMatch(text, /[\u0000-\u0008\u001b\u202e]/);
				if (format === "html" || format === "svg") assert.equal(text.match(/<script/g)?.length, 1);
				if (format === "json") assert.equal(JSON.parse(text).nodes.base.length, diff.length);
			}
		}),
		{ numRuns: 30 },
	);
});

test("a page lets run its figure's script and nothing else, and says without it what changed", async () => {
	const page = await textOf(diffProfiles(profileOf({ a: 1 }), profileOf({ a: 1, b: 3 })), "html");
	assert.match(page, /data-name="▲ b"/);
	assert.match(page, /data-name="▼ a"/);
	assert.match(page, /<td class="n">\+75.00<\/td>.*<th scope="row">b<\/th>/);
	const [, policy] = /Content-Security-Policy" content="([^"]*)"/.exec(page) ?? [];
	assert.match(policy, /^default-src 'none';/);
	for (const [, style] of page.matchAll(/<style>([^<]*)</g)) {
		const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(style));
		assert.ok(policy.includes(`sha256-${Buffer.from(digest).toString("base64")}`));
	}
});

test("functions add up to what each profile's own table says", () => {
	fc.assert(
		fc.property(anyProfile(), (profile) => {
			const diff = diffProfiles(profile, profileOf({ other: 1 }));
			const selfOf = (entries: { self: number }[]) => entries.reduce((total, { self }) => total + self, 0);
			const sides = changedFunctions(diff).map(({ base }) => base);
			assert.equal(selfOf(sides), selfOf(topFunctions(callTreeOf(profile))));
		}),
	);
});
