import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { test } from "node:test";
import fc from "fast-check";
import { type CallTree, callTreeOf } from "../call-tree.ts";
import { anyProfile, profileOf } from "../testing/arbitrary-profile.ts";
import { programProfile } from "../testing/program-profile.ts";
import { foldedChunks } from "./folded.ts";
import { writeProfile } from "./formats.ts";
import { htmlChunks } from "./html.ts";
import { decodeViewerData, encodeViewerData } from "./html-data.ts";
import { svgChunks } from "./svg.ts";
import { unzippedBytes } from "./zipped-text.ts";

const anyTitle = fc.oneof(
	fc.constantFrom("</title><script>", '"><img src=x onerror=alert(1)>', "&lt;"),
	fc.string({ unit: "binary" }),
);

/** Checks that markup is well-formed: tags balanced, attributes quoted, nothing bare. @returns names of the elements met */
function elementsOf(xml: string): Set<string> {
	const token = /<\?xml[^>]*\?>|<(\/?)([a-zA-Z]+)((?: [a-zA-Z-:]+="[^"<]*")*)(\/?)>|([^<]+)/gy;
	const open: string[] = [];
	const met = new Set<string>();
	while (token.lastIndex < xml.length) {
		const at = token.lastIndex;
		const match = token.exec(xml);
		assert.ok(match !== null, `no markup: ${xml.slice(at, at + 80)}`);
		const [, closing, name, , empty, text] = match;
		if (text !== undefined) assert.doesNotMatch(text, /&(?!(?:amp|lt|gt|quot|#39);)/);
		if (name === undefined) continue;
		met.add(name);
		if (closing === "/") assert.equal(open.pop(), name);
		else if (empty !== "/") open.push(name);
	}
	assert.deepEqual(open, []);
	return met;
}

test("an SVG is well-formed whatever the names", async () => {
	await fc.assert(
		fc.asyncProperty(anyProfile(), anyTitle, async (profile, title) => {
			const svg = new TextDecoder().decode(await writeProfile(profile, "svg", { title }));
			const elements = elementsOf(svg);
			assert.deepEqual(
				elements,
				new Set(["svg", "title", "desc", "style", "rect", "text", "g", "path", "clipPath", "script"]),
			);
			// biome-ignore lint/suspicious/noControlCharactersInRegex: XML may not hold them
			assert.doesNotMatch(svg, /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/);
		}),
	);
});

test("an SVG shows each frame with its place, weight and share, and tiny ones as grey runs", () => {
	const many = Object.fromEntries(Array.from({ length: 20_000 }, (_, index) => [`main;f${index}`, 1]));
	const svg = [...svgChunks(callTreeOf(profileOf({ ...many, "main;read": 20_000 })), "shop")].join("");
	assert.match(
		svg,
		/<g class="frame user s\d" data-name="read"><title>read: 20000 samples, 50.00%; self 20000<\/title><rect x="600" y="86" width="590" height="16"\/><text x="603" y="98">read<\/text><\/g>/,
	);
	assert.match(
		svg,
		/<g id="merged"><title>Frames too narrow to be drawn<\/title><path d="M10 86h590v16h-590z"\/><\/g>/,
	);
	assert.ok(svg.length < 100_000);
});

async function pageOf(
	profile: Parameters<typeof callTreeOf>[0],
	options: Parameters<typeof htmlChunks>[1],
): Promise<string> {
	let page = "";
	for await (const chunk of htmlChunks(callTreeOf(profile), options)) page += chunk;
	return page;
}

test("a page lets run what it brought and nothing else", async () => {
	const viewer = { script: "console.log('<b> & so')", style: "b{color:red}" };
	await fc.assert(
		fc.asyncProperty(anyProfile(), anyTitle, async (profile, title) => {
			const page = await pageOf(profile, { title, viewer });
			assert.equal(page.match(/<script/g)?.length, 3);
			assert.equal(page.match(/<\/title>/g)?.length, 1);
			assert.doesNotMatch(page, /<(?:img|a|link|iframe)\b|<[a-z]+ [^>]*(?:src|href)=/);
			const [, policy] = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(page) ?? [];
			for (const [element, directive] of [
				["<script>", "script-src"],
				["<style>", "style-src"],
			] as const) {
				const start = page.indexOf(element) + element.length;
				const content = page.slice(start, page.indexOf("</", start));
				const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(content));
				assert.ok(policy.includes(`${directive} 'sha256-${Buffer.from(digest).toString("base64")}'`));
			}
			const digest = createHash("sha256").update(viewer.script).digest("base64");
			assert.match(policy, new RegExp(`script-src '[^' ]+' 'sha256-${RegExp.escape(digest)}';`));
			const [, program] = /id="furnace-program">([^<]*)</.exec(page) ?? [];
			assert.equal(new TextDecoder().decode(await unzippedBytes(program)), viewer.script);
			assert.match(policy, /^default-src 'none';/);
		}),
		{ numRuns: 40 },
	);
});

test("a page has the top functions without any script", async () => {
	const page = await pageOf(profileOf({ "main;<b>": 3, main: 1 }), { title: "shop" });
	assert.match(page, /<td>3<\/td><td>75.00<\/td><td>3<\/td><td>75.00<\/td><th scope="row">&lt;b&gt;<\/th>/);
	assert.doesNotMatch(page, /<script/);
});

test("a viewer that would end its own element is refused", async () => {
	for (const viewer of [
		{ script: "'</script>'", style: "</style>" },
		{ script: "", style: "</STYLE>" },
	]) {
		await assert.rejects(pageOf(profileOf({ a: 1 }), { title: "", viewer }), RangeError);
	}
});

test("the data of a page comes back as it was", async () => {
	await fc.assert(
		fc.asyncProperty(anyProfile(), fc.string({ unit: "binary" }), async (profile, title) => {
			const tree = callTreeOf(profile);
			let packed = "";
			for await (const piece of encodeViewerData({ title, tree })) packed += piece;
			assert.match(packed, /^[A-Za-z0-9+/]+=*$/);
			const data = await decodeViewerData(packed);
			assert.equal(data.title, title.toWellFormed());
			assert.deepEqual(linesOf(data.tree), linesOf(tree));
		}),
		{ numRuns: 30 },
	);
});

function linesOf(tree: CallTree): string[] {
	return [...foldedChunks(tree)].join("").split("\n").sort();
}

test("a hundred thousand samples of a large program make a page of less than 300 kB", async () => {
	// as long as it is, zipped: random text does not get smaller
	const viewer = { script: randomBytes(16_000).toString("base64"), style: " ".repeat(6_500) };
	const profile = programProfile({ samples: 100_000, functions: 4500, nodes: 287_000 });
	const page = await pageOf(profile, { title: "compile", viewer });
	assert.ok(page.length < 300_000, String(page.length));
});
