import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { gunzipSync } from "node:zlib";
import { pieces, readDamagedProfile } from "../testing/damaged-profiles.ts";
import { inTime } from "../testing/in-time.ts";
import { profileSeeds } from "../testing/seeds.ts";
import { readProfile } from "./read-profile.ts";

/** bench/fuzz.ts goes on from here for as long as it is let. */
const SEEDS = 250;
const PIECE = 1021;

const asIs = (name: string): Uint8Array => readFileSync(new URL(`fixtures/${name}`, import.meta.url));
const plain = (name: string): Uint8Array => (name.endsWith(".gz") ? gunzipSync(asIs(name)) : asIs(name));

for (const { name, format, input, damaged } of await profileSeeds({ plain, asIs })) {
	test(`${name}, damaged in ${SEEDS} ways, is read or refused`, async () => {
		assert.equal((await readProfile(pieces(input, PIECE))).format, format);
		for (let seed = 0; seed < SEEDS; seed++) {
			try {
				await inTime(() => readDamagedProfile(damaged(seed), PIECE));
			} catch (cause) {
				throw new Error(`seed ${seed}`, { cause });
			}
		}
	});
}
