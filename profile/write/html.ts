import type { Recording } from "../../contract/recording.ts";
import type { CallTree } from "../call-tree.ts";
import { cleanText } from "../frame-name.ts";
import { topFunctions } from "../top.ts";
import { percentText, weightText } from "../weight-text.ts";
import { callTreeChunks } from "./call-tree.ts";
import { encodeViewerData, STATIC_TABLE_ID, VIEWER_DATA_ID, VIEWER_ROOT_ID } from "./html-data.ts";
import { jsonObjectChunks } from "./json-chunks.ts";
import { escapeMarkup } from "./markup.ts";

/** The program that draws the flamegraph inside the page; it must not need anything from outside. */
export interface HtmlViewer {
	/** one classic script */
	readonly script: string;
	readonly style: string;
}

export interface HtmlOptions {
	readonly title: string;
	/** without it the page has the table alone */
	readonly viewer?: HtmlViewer | null;
	readonly recording?: Recording;
}

/** Functions in the table that is there without a script. */
const TABLE_ROWS = 200;

const STYLE = `:root{color-scheme:light dark}
body{margin:0;font:14px/1.5 system-ui,sans-serif}
#${STATIC_TABLE_ID}{padding:1rem;overflow-x:auto}
#${STATIC_TABLE_ID} table{border-collapse:collapse}
#${STATIC_TABLE_ID} caption{text-align:start;padding-block:.5rem}
#${STATIC_TABLE_ID} :is(th,td){padding:.125rem .5rem;text-align:start;font-weight:400;overflow-wrap:anywhere}
#${STATIC_TABLE_ID} thead th{font-weight:600}
#${STATIC_TABLE_ID} .n{text-align:end;font-variant-numeric:tabular-nums;white-space:nowrap}
`;

/**
 * One page that needs nothing else: the profile, the program that draws it, and a table for readers without scripts.
 * Its own content security policy lets nothing run but that program, and nothing be fetched at all.
 * @throws RangeError for a viewer whose script or style would end its element
 */
export async function* htmlChunks(tree: CallTree, options: HtmlOptions): AsyncGenerator<string> {
	const title = escapeMarkup(cleanText(options.title));
	const script = options.viewer?.script ?? "";
	const style = STYLE + (options.viewer?.style ?? "");
	if (/<\/script|<!--/i.test(script) || /<\/style/i.test(style)) {
		throw new RangeError("The viewer's script or style would end its element");
	}
	const policy = `default-src 'none'; script-src '${await hashOf(script)}'; style-src '${await hashOf(style)}'; img-src data:; base-uri 'none'; form-action 'none'`;
	yield `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${title}</title>
<style>${style}</style>
</head>
<body>
<div id="${VIEWER_ROOT_ID}"></div>
`;
	yield* tableChunks(tree, title);
	if (script !== "") {
		yield `<script type="application/json" id="${VIEWER_DATA_ID}" data-encoding="gzip">`;
		yield* encodeViewerData(dataJson(tree, options));
		yield `</script>\n<script>${script}</script>\n`;
	}
	yield "</body>\n</html>\n";
}

function dataJson(tree: CallTree, { title, recording }: HtmlOptions): Iterable<string> {
	return jsonObjectChunks([
		["title", JSON.stringify(cleanText(title))],
		...(recording === undefined ? [] : [["recording", JSON.stringify(recording)] as const]),
		["tree", callTreeChunks(tree)],
	]);
}

function* tableChunks(tree: CallTree, title: string): Generator<string> {
	const total = tree.total[0];
	const functions = topFunctions(tree);
	const shown = functions.slice(0, TABLE_ROWS);
	const note = functions.length > shown.length ? `, the first ${shown.length} of ${functions.length}` : "";
	yield `<section id="${STATIC_TABLE_ID}">
<h1>${title}</h1>
<table>
<caption>Functions by self weight${note}; total ${weightText(total)} ${escapeMarkup(tree.unit)}</caption>
<thead><tr><th class="n" scope="col">Self</th><th class="n" scope="col">Self %</th><th class="n" scope="col">Total</th><th class="n" scope="col">Total %</th><th scope="col">Function</th><th scope="col">Module</th></tr></thead>
<tbody>
`;
	const number = (text: string): string => `<td class="n">${text}</td>`;
	for (const { name, module, self, total: all } of shown) {
		const numbers = [weightText(self), percentText(self, total), weightText(all), percentText(all, total)];
		yield `<tr>${numbers.map(number).join("")}<th scope="row">${escapeMarkup(name)}</th><td>${escapeMarkup(module)}</td></tr>\n`;
	}
	yield "</tbody>\n</table>\n</section>\n";
}

/** Source expression of an inline element for a content security policy. */
async function hashOf(text: string): Promise<string> {
	const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
	return `sha256-${btoa(String.fromCharCode(...new Uint8Array(digest)))}`;
}
