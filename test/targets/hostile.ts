import { readFileSync, writeFileSync } from "node:fs";
import { setTimeout } from "node:timers/promises";
import { startNode, type TestTarget } from "./targets.ts";

const LONG = "L".repeat(64 * 1024);

/** What a program could call its functions in order to harm whoever looks at its profile. */
const HOSTILE_NAMES = [
	"<script>document.title='owned'</script><img src=x onerror=alert(1)>;x",
	"\u001b[31mred\u001b[0m",
	`${LONG}1`,
	`${LONG}2`,
	"\u202eesrever",
	"]]></script><svg onload=alert(1)>",
];

/** A Node.js program whose functions have these names in its perf map, which also holds bytes that are no UTF-8. */
export async function startHostileNode(): Promise<TestTarget> {
	const target = await startNode("hostile.mjs");
	const path = `/tmp/perf-${target.pid}.map`;
	await optimised(path);
	// Newer entries for the same code: the last one names it.
	const lines = [...functionsIn(path)].map(
		([, start, size, index]) => `${start} ${size} ${HOSTILE_NAMES[Number(index)]}\n`,
	);
	const brokenUtf8 = Buffer.from([0x31, 0x20, 0x31, 0x20, 0xff, 0xfe, 0x0a]);
	// V8 goes on writing where it was, over whatever others appended: leave it room.
	const room = Buffer.alloc(64 * 1024, "\n");
	writeFileSync(path, Buffer.concat([room, Buffer.from(lines.join("")), brokenUtf8]), { flag: "a" });
	return target;
}

/** Once the compiler is done with all of them, nothing newer will be written. */
async function optimised(path: string): Promise<void> {
	const isDone = () => {
		const done = [...functionsIn(path)].filter(([line]) => line.includes("*")).map(([, , , index]) => index);
		return new Set(done).size === HOSTILE_NAMES.length;
	};
	while (!isDone()) await setTimeout(50);
}

function functionsIn(path: string): IterableIterator<RegExpExecArray> {
	return readFileSync(path, "latin1").matchAll(/^([0-9a-f]+) ([0-9a-f]+) \S+hostile(\d) .*$/gm);
}
