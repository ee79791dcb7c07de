import type { Recording } from "../../contract/recording.ts";
import type { CallTree } from "../call-tree.ts";
import { cleanText } from "../frame-name.ts";
import { topFunctions } from "../top.ts";
import { percentText, weightText } from "../weight-text.ts";
import {
	encodeViewerData,
	STATIC_TABLE_ID,
	VIEWER_DATA_ID,
	VIEWER_PROGRAM_ID,
	VIEWER_ROOT_ID,
	type ViewerData,
} from "./html-data.ts";
import { escapeMarkup } from "./markup.ts";
import { PAGE_END, pageStart } from "./page.ts";
import { zippedText } from "./zipped-text.ts";

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

/** Unpacks the program and starts it; what cannot do that shows the table. */
const START = `(async () => {
const text = document.getElementById("${VIEWER_PROGRAM_ID}").textContent;
const zipped = new Blob([Uint8Array.from(atob(text), (character) => character.charCodeAt(0))]);
const program = document.createElement("script");
program.textContent = await new Response(zipped.stream().pipeThrough(new DecompressionStream("gzip"))).text();
document.body.append(program);
})();`;

/** Functions in the table that is there without a script. */
const TABLE_ROWS = 100;

const STYLE = `:root{color-scheme:light dark}
body{margin:0;font:14px/1.5 system-ui,sans-serif}
#${STATIC_TABLE_ID}{padding:1rem;overflow-x:auto}
#${STATIC_TABLE_ID} table{border-collapse:collapse}
#${STATIC_TABLE_ID} caption{text-align:start;padding-block:.5rem}
#${STATIC_TABLE_ID} :is(th,td){padding:.125rem .5rem;text-align:start;font-weight:400;overflow-wrap:anywhere}
#${STATIC_TABLE_ID} thead th{font-weight:600}
#${STATIC_TABLE_ID} :is(td,thead th):nth-child(-n+4){text-align:end;font-variant-numeric:tabular-nums;white-space:nowrap}
`;

/**
 * One page that needs nothing else: the profile, the program that draws it, and a table for readers without scripts.
 * Its own content security policy lets nothing run but that program, and nothing be fetched at all.
 * @throws RangeError for a viewer whose style would end its element
 */
export async function* htmlChunks(tree: CallTree, options: HtmlOptions): AsyncGenerator<string> {
	const title = escapeMarkup(cleanText(options.title));
	const script = options.viewer?.script ?? "";
	const style = STYLE + (options.viewer?.style ?? "");
	if (/<\/style/i.test(style)) throw new RangeError("The viewer's style would end its element");
	const scripts = script === "" ? [] : [START, script];
	yield await pageStart({ title, style, scripts, hasImages: true });
	yield `<div id="${VIEWER_ROOT_ID}"></div>
`;
	yield* tableChunks(tree, title);
	if (script !== "") {
		yield* carrierChunks(VIEWER_DATA_ID, encodeViewerData(dataOf(tree, options)));
		yield* carrierChunks(VIEWER_PROGRAM_ID, zippedText([new TextEncoder().encode(script)]));
		yield `<script>${START}</script>\n`;
	}
	yield PAGE_END;
}

async function* carrierChunks(id: string, text: AsyncIterable<string>): AsyncGenerator<string> {
	yield `<script type="text/plain" id="${id}">`;
	yield* text;
	yield "</script>\n";
}

function dataOf(tree: CallTree, { title, recording }: HtmlOptions): ViewerData {
	return { title: cleanText(title), ...(recording === undefined ? {} : { recording }), tree };
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
<thead><tr><th scope="col">Self</th><th scope="col">Self %</th><th scope="col">Total</th><th scope="col">Total %</th><th scope="col">Function</th><th scope="col">Module</th></tr></thead>
<tbody>
`;
	for (const { name, module, self, total: all } of shown) {
		const numbers = [weightText(self), percentText(self, total), weightText(all), percentText(all, total)];
		yield `<tr>${numbers.map((text) => `<td>${text}</td>`).join("")}<th scope="row">${escapeMarkup(name)}</th><td>${escapeMarkup(module)}</td></tr>\n`;
	}
	yield "</tbody>\n</table>\n</section>\n";
}
