import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { ProblemError } from "../../contract/problem.ts";
import { createAnswers } from "./answers.ts";

describe("remembered answers", () => {
	test("are given again while they are fresh, and asked for anew afterwards", async () => {
		let now = 0;
		let asked = 0;
		const answers = createAnswers<number>({ max: 10, clock: () => now });
		const ask = () => answers.ask("one", async () => ({ value: ++asked, freshMs: 100 }));
		assert.equal(await ask(), 1);
		now = 99;
		assert.equal(await ask(), 1);
		now = 100;
		assert.equal(await ask(), 2);
	});

	test("are asked for once, however many want one at the same time", async () => {
		let asked = 0;
		const answers = createAnswers<string>({ max: 10 });
		const { promise, resolve } = Promise.withResolvers<void>();
		const find = async () => {
			asked++;
			await promise;
			return { value: "yes", freshMs: 100 };
		};
		const all = Promise.all(Array.from({ length: 50 }, () => answers.ask("one", find)));
		resolve();
		assert.deepEqual(new Set(await all), new Set(["yes"]));
		assert.equal(asked, 1);
	});

	test("a failure reaches everybody who waits, and the next one asks again", async () => {
		const answers = createAnswers<string>({ max: 10 });
		const failing = () => answers.ask("one", () => Promise.reject(new Error("away")));
		await Promise.all([assert.rejects(failing(), /away/), assert.rejects(failing(), /away/)]);
		assert.equal(await answers.ask("one", async () => ({ value: "back", freshMs: 1 })), "back");
	});

	test("an old one is better than none only as long as it says so", async () => {
		let now = 0;
		const answers = createAnswers<string>({ max: 10, clock: () => now });
		const failing = () => answers.ask("one", () => Promise.reject(new Error("away")));
		await answers.ask("one", async () => ({ value: "old", freshMs: 10, usableMs: 100 }));
		await answers.ask("two", async () => ({ value: "old", freshMs: 10 }));
		now = 99;
		assert.equal(await failing(), "old");
		await assert.rejects(
			answers.ask("two", () => Promise.reject(new Error("away"))),
			/away/,
		);
		now = 100;
		await assert.rejects(failing(), /away/);
	});

	test("are bounded: the oldest go", async () => {
		const answers = createAnswers<number>({ max: 3 });
		let asked = 0;
		const ask = (key: string) => answers.ask(key, async () => ({ value: ++asked, freshMs: 1000 }));
		for (const key of ["a", "b", "c", "d"]) await ask(key);
		assert.equal(answers.size(), 3);
		assert.equal(await ask("d"), 4);
		assert.equal(await ask("a"), 5);
	});

	test("nobody waits behind thousands of questions that are not answered", async () => {
		const answers = createAnswers<number>({ max: 10 });
		const { promise, resolve } = Promise.withResolvers<void>();
		let atOnce = 0;
		const find = async () => {
			atOnce++;
			await promise;
			return { value: 1, freshMs: 1 };
		};
		const waiting = Array.from({ length: 2_000 }, (_, index) => answers.ask(`${index}`, find));
		await assert.rejects(
			answers.ask("one more", find),
			(error: ProblemError) => error.code === "too-many-requests",
		);
		assert.equal(atOnce, 32);
		resolve();
		await Promise.all(waiting);
	});
});
