import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { describe, test } from "node:test";
import { exclusively } from "./lock.ts";

describe("one at a time", { skip: process.platform !== "linux" && "needs Linux's abstract sockets" }, () => {
	test("the second waits for the first, also when that one fails", async () => {
		const order: string[] = [];
		const name = `furnace-lock-test-${process.pid}`;
		const first = exclusively(name, async () => {
			await new Promise((resolve) => setTimeout(resolve, 50));
			order.push("first");
			throw new Error("went wrong");
		});
		const second = exclusively(name, async () => order.push("second"));
		await assert.rejects(first, /went wrong/);
		await second;
		assert.deepEqual(order, ["first", "second"]);
	});

	test("a holder that was killed holds nothing", async () => {
		const name = `furnace-lock-test-killed-${process.pid}`;
		const module = new URL("lock.ts", import.meta.url).href;
		const program = `
			const { exclusively } = await import(${JSON.stringify(module)});
			await exclusively(${JSON.stringify(name)}, async () => process.kill(process.pid, "SIGKILL"));`;
		assert.throws(() =>
			execFileSync(process.execPath, ["--input-type=module", "-e", program], { stdio: "ignore" }),
		);
		assert.equal(await exclusively(name, async () => "done"), "done");
	});
});
