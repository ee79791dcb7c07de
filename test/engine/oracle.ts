import assert from "node:assert/strict";
import { it, type TestContext } from "node:test";
import { COLLAPSERS, collapseDifferences } from "./collapse.ts";
import { type CompareOptions, compare } from "./compare.ts";
import { isInstalled } from "./recordings.ts";

/** What a recording of one program has at least: fewer would prove little. */
const FEWEST_SAMPLES = 50;

export interface Expected extends CompareOptions {
	readonly fewest?: number;
}

/** What perf script printed of the recordings that were compared so far. */
const texts: string[] = [];

/** Every sample is the same as perf's, or differs in a way that known-differences.ts explains; and so are all folded. */
export async function agrees(
	t: TestContext,
	file: string,
	{ fewest = FEWEST_SAMPLES, ...options }: Expected = {},
): Promise<void> {
	const { samples, same, known, unknown, folded, ours, perf, text } = await compare(file, options);
	texts.push(text);
	const reasons = [...known].map(([name, count]) => `, ${count} ${name}`);
	const [by, us] = [perf, ours].map(({ milliseconds }) => Math.round(milliseconds));
	t.diagnostic(
		`perf's text ${by} ms, ours ${us} ms: ${samples} samples, ${same} the same${reasons.join("")}`,
	);
	assert.deepEqual(unknown, []);
	assert.deepEqual(folded, []);
	assert.ok(samples >= fewest, `only ${samples} samples`);
	assert.deepEqual([ours.skipped, perf.skipped], [0, 0]);
}

/** To stand behind the tests that record: other programs fold the same texts as our reader of perf script does. */
export function collapsersAgree(): void {
	for (const collapser of COLLAPSERS) {
		const { name, command, source } = collapser;
		const skip = !isInstalled(command) && `no ${command} here (${source})`;
		it(`${name} folds what perf script printed of them as we do`, { skip }, async (t) => {
			assert.ok(texts.length > 0, "nothing was recorded");
			for (const text of texts) assert.deepEqual(await collapseDifferences(collapser, text), []);
			t.diagnostic(`${texts.length} recordings`);
		});
	}
}
