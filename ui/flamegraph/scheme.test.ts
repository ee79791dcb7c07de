import assert from "node:assert/strict";
import { test } from "node:test";
import { FRAME_KINDS } from "../../contract/frame-kind.ts";
import type { Change } from "../../profile/diff/look.ts";
import { colorOf, colorOfChange, DARK, LIGHT, ROOT_COLOR } from "./scheme.ts";

/** Relative luminance as WCAG defines it, of `hsl(h s% l%)` or `#rrggbb`. */
function luminance(color: string): number {
	const channels = color.startsWith("#") ? hexChannels(color) : hslChannels(color);
	const [red = 0, green = 0, blue = 0] = channels.map((value) =>
		value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4,
	);
	return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function hexChannels(color: string): number[] {
	return [1, 3, 5].map((at) => Number.parseInt(color.slice(at, at + 2), 16) / 255);
}

function hslChannels(color: string): number[] {
	const [hue = 0, saturation = 0, lightness = 0] = (color.match(/[\d.]+/g) ?? []).map(Number);
	const spread = (saturation / 100) * Math.min(lightness / 100, 1 - lightness / 100);
	return [0, 8, 4].map((offset) => {
		const place = (offset + hue / 30) % 12;
		return lightness / 100 - spread * Math.max(-1, Math.min(place - 3, 9 - place, 1));
	});
}

function contrast(one: string, other: string): number {
	const [dark = 0, light = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
	return (light + 0.05) / (dark + 0.05);
}

test("every label can be read on its fill, light and dark (WCAG AA)", () => {
	for (const scheme of [LIGHT, DARK]) {
		for (const fill of scheme.fills) {
			assert.ok(contrast(scheme.text, fill) >= 4.5, `${fill}: ${contrast(scheme.text, fill)}`);
		}
		assert.ok(contrast(scheme.matchText, scheme.match) >= 4.5);
		assert.ok(contrast(scheme.fadedText, scheme.faded) >= 4.5);
	}
});

test("every frame has a colour of the scheme, and a function always the same", () => {
	for (const kind of FRAME_KINDS) {
		for (const name of ["main", "", "日本", "x".repeat(1000)]) {
			const frame = { name, module: "/usr/bin/x", kind, file: "", line: 0 };
			const color = colorOf(frame);
			assert.equal(color, colorOf({ ...frame, line: 7 }));
			assert.ok(color >= 0 && color < ROOT_COLOR);
		}
	}
});

test("every change has a colour of its own, and there are no others", () => {
	const steps = [0, 1, 2];
	const changes: Change[] = [
		...steps.map((step) => ({ direction: "shrunk", step }) as const),
		{ direction: "same", step: 0 },
		...steps.map((step) => ({ direction: "grown", step }) as const),
	];
	for (const { fills } of [LIGHT, DARK]) {
		const colors = changes.map(colorOfChange);
		assert.equal(new Set(colors.map((color) => fills[color])).size, changes.length);
		assert.equal(Math.min(...colors), ROOT_COLOR + 1);
		assert.equal(Math.max(...colors), fills.length - 1);
	}
});
