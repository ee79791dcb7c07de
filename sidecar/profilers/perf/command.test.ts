import assert from "node:assert/strict";
import { it } from "node:test";
import { scriptCommand } from "./command.ts";

const TOOLS = { perf: "/usr/bin/perf", setpriv: undefined, path: "/usr/bin" };

it("reads symbol files where it is told, and the kernel's names all the same", () => {
	const plain = scriptCommand(TOOLS).arguments;
	assert.ok(!plain.includes("--symfs"));
	const elsewhere = scriptCommand({ ...TOOLS, symbolRoot: "/none" }).arguments;
	assert.deepEqual(elsewhere.slice(elsewhere.indexOf("--symfs"), elsewhere.indexOf("--symfs") + 4), [
		...["--symfs", "/none"],
		...["--kallsyms", "/proc/kallsyms"],
	]);
	assert.deepEqual(
		elsewhere.filter((argument) => !["--symfs", "/none", "--kallsyms", "/proc/kallsyms"].includes(argument)),
		plain,
	);
});
