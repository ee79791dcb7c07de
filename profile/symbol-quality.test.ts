import assert from "node:assert/strict";
import { test } from "node:test";
import type { FrameKind } from "../contract/frame-kind.ts";
import { NO_THREAD, ProfileBuilder } from "./builder.ts";
import { type SymbolHint, symbolQuality } from "./symbol-quality.ts";

function builderOf(
	stacks: [path: [name: string, module: string, kind: FrameKind][], weight: number][],
): ProfileBuilder {
	const builder = new ProfileBuilder({ valueTypes: [{ type: "samples", unit: "count" }] });
	for (const [path, weight] of stacks) {
		const frames = path.map(([name, module, kind]) =>
			builder.frame({ name, module, kind, file: "", line: 0 }),
		);
		builder.add(builder.stack(frames), NO_THREAD, [weight]);
	}
	return builder;
}

test("frames are weighed by the samples they are in, and modules without names come with their fix", () => {
	const builder = builderOf([
		[
			[
				["node", "", "user"],
				["main", "/opt/node", "user"],
				["[jit]+0x1", "[jit]", "unknown"],
			],
			3,
		],
		[
			[
				["node", "", "user"],
				["main", "/opt/node", "user"],
				["[jit]+0x2", "[jit]", "unknown"],
				["lib+0x3", "/lib", "unknown"],
			],
			1,
		],
		[
			[
				["node", "", "user"],
				["f", "[jit]", "jit"],
			],
			2,
		],
	]);
	const hint: SymbolHint = ({ module }) =>
		module === "[jit]" ? { fault: "no-map", reason: "no map", fix: "node --perf-basic-prof" } : undefined;
	const quality = symbolQuality(builder, hint);
	assert.deepEqual(quality, {
		named: 6,
		total: 11,
		modules: [
			{
				...{ module: "[jit]", named: 2, total: 6 },
				...{ fault: "no-map", reason: "no map", fix: "node --perf-basic-prof" },
			},
			{ module: "/lib", named: 0, total: 1 },
		],
	});
	assert.deepEqual(symbolQuality(builder.snapshot(), hint), quality);
});

test("without samples there is nothing to say", () => {
	assert.deepEqual(symbolQuality(builderOf([])), { named: 0, total: 0, modules: [] });
});

test("a module whose stacks have two frames at most keeps no frame pointers", () => {
	const fast = (name: string) => [name, "/app", "user"] as [string, string, FrameKind];
	const command: [string, string, FrameKind] = ["app", "", "user"];
	const whole: [string, string, FrameKind][] = [command, ["main", "/whole", "user"], ["f", "/whole", "user"]];
	const quality = symbolQuality(
		builderOf([
			[[command, fast("leaf")], 15],
			[[command, fast("caller"), fast("leaf"), ["tick", "[kernel]", "kernel"]], 10],
			[[command, ["_start", "/app", "user"], fast("leaf")], 5],
			[[command, fast("a"), fast("b"), fast("c")], 10],
			[whole, 50],
			[[command, ["g", "/few", "user"]], 19],
			[[command, ["tick", "[kernel]", "kernel"]], 50],
		]),
	);
	assert.deepEqual(quality.modules, [{ module: "/app", named: 75, total: 75, cutOff: 25 }]);
});
