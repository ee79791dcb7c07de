import assert from "node:assert/strict";
import { test } from "node:test";
import { ProfileFormatError } from "../model.ts";
import { readAs, valuesByStack } from "../testing/readable.ts";

const MAP = `Attaching 1 probe...


@[
    read_zero+66
    entry_SYSCALL_64_after_hwframe+118
, 
    __libc_read+13
    main+5
, dd]: 3
@[, 
    0x55c9de5a3040
    main+5
, dd]: 2
@n: 81
@users[burn, 9648]: 81
@addresses[
	7f69a61bc5c0 __sin_fma+768 (/usr/lib/libm.so.6)
	55c9de5a3040 0x55c9de5a3040 ([unknown])
, 7]: 10
@hist:
[1, 2)                 2 |@@@@|
`;

test("maps with stacks are values; kernel stacks lie on top of those of the program", async () => {
	const profile = await readAs("bpftrace", MAP);
	assert.deepEqual(profile.valueTypes, [
		{ type: "samples", unit: "count" },
		{ type: "addresses", unit: "count" },
	]);
	assert.deepEqual(valuesByStack(profile), {
		"dd;main;__libc_read;entry_SYSCALL_64_after_hwframe;read_zero": [3, 0],
		"dd;main;[unknown]+0x55c9de5a3040": [2, 0],
		"7;[unknown]+0x55c9de5a3040;__sin_fma": [0, 10],
	});
	const of = (name: string) => profile.frames.find((frame) => frame.name === name);
	assert.deepEqual([of("read_zero")?.kind, of("read_zero")?.module], ["kernel", "[kernel]"]);
	assert.deepEqual([of("__sin_fma")?.kind, of("__sin_fma")?.module], ["user", "/usr/lib/libm.so.6"]);
	assert.equal(of("[unknown]+0x55c9de5a3040")?.kind, "unknown");
});

test("whichever stack stands first in the key, the kernel's lies on top", async () => {
	const kernel = "\n    vfs_read+1\n    do_syscall_64+2\n";
	const user = "\n    read+1\n    main+2\n";
	for (const key of [`${kernel},${user}`, `${user},${kernel}`]) {
		const profile = await readAs("bpftrace", { type: "map", data: { "@": { [key]: 4 } } });
		assert.deepEqual(valuesByStack(profile), { "main;read;do_syscall_64;vfs_read": [4] });
	}
});

test("what has no stack, or no end, is refused", async () => {
	for (const text of ["@[a]: 3\n", "@[\n    main+1\n", "@[\n    main+1\n]: 99999999999999999999\n"]) {
		await assert.rejects(readAs("bpftrace", text), ProfileFormatError);
	}
	await assert.rejects(readAs("bpftrace", { type: "map", data: { "@": 5 } }), ProfileFormatError);
	const fraction = { type: "map", data: { "@": { "\n    main+1\n": 0.5 } } };
	await assert.rejects(readAs("bpftrace", fraction), ProfileFormatError);
});

test("more maps than any program has are refused: each would be a value of every stack", async () => {
	const maps = Array.from({ length: 65 }, (_, index) => `@m${index}[\n    main+1\n]: 1\n`);
	assert.equal((await readAs("bpftrace", maps.slice(1).join(""))).valueTypes.length, 64);
	await assert.rejects(readAs("bpftrace", maps.join("")), { offset: 195 });
});
