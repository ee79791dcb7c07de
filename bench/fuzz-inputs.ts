import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { readDamagedProfile } from "../profile/testing/damaged-profiles.ts";
import { readDamagedElf, readDamagedGoTable } from "../profile/testing/fuzzed.ts";
import { readDamagedDwarf } from "../profile/testing/fuzzed-dwarf.ts";
import { GO_VERSIONS, goFunctionTable } from "../profile/testing/go-function-table.ts";
import { mutated } from "../profile/testing/mutations.ts";
import { profileSeeds } from "../profile/testing/seeds.ts";
import { readDamagedMiniDebugInfo } from "../symbol-files/testing/damaged-mini-debug-info.ts";

/** A real input, how it is damaged, and who reads it then. */
export interface FuzzInput {
	readonly name: string;
	damaged(seed: number): Uint8Array<ArrayBuffer>;
	/** @throws unless the input is read, or refused with the place */
	read(bytes: Uint8Array<ArrayBuffer>, seed: number): void | Promise<void>;
}

/** Pieces that the input comes in are of any length up to this, so that it is cut everywhere. */
const LONGEST_PIECE = 16_384;

const fixtures = new URL("../profile/read/fixtures/", import.meta.url);
const asIs = (name: string): Uint8Array => readFileSync(new URL(name, fixtures));
const plain = (name: string): Uint8Array => (name.endsWith(".gz") ? gunzipSync(asIs(name)) : asIs(name));

export async function fuzzInputs(): Promise<FuzzInput[]> {
	const seeds = await profileSeeds({ plain, asIs });
	const profiles = seeds.map(
		({ name, damaged }): FuzzInput => ({
			name,
			damaged,
			read: (bytes, seed) => readDamagedProfile(bytes, 64 + ((seed * 7919) % LONGEST_PIECE)),
		}),
	);
	const elf = plain("tiny.elf");
	const goTables = Object.entries(GO_VERSIONS).map(([version, layout]): FuzzInput => {
		const table = goFunctionTable(layout, 8);
		return {
			name: `Go ${version} functions`,
			damaged: (seed) => mutated(table, seed),
			read: readDamagedGoTable,
		};
	});
	const dwarf = ["dwarf4.elf", "dwarf5.elf", "compressed.elf"].map((name): FuzzInput => {
		const program = readFileSync(new URL(`../profile/symbols/dwarf/fixtures/${name}`, import.meta.url));
		return { name, damaged: (seed) => mutated(program, seed), read: readDamagedDwarf };
	});
	const miniDebugInfo = readFileSync(new URL("../symbol-files/testing/mini-debug-info.xz", import.meta.url));
	return [
		...profiles,
		{ name: "ELF", damaged: (seed) => mutated(elf, seed), read: readDamagedElf },
		...goTables,
		...dwarf,
		{
			name: ".gnu_debugdata",
			damaged: (seed) => mutated(miniDebugInfo, seed),
			read: readDamagedMiniDebugInfo,
		},
	];
}
