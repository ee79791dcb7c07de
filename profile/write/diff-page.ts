import type { ProfileDiff } from "../diff/diff.ts";
import { changedFunctions, type FunctionChange } from "../diff/functions.ts";
import type { DiffTitles } from "./diff.ts";
import { diffFigure } from "./diff-svg.ts";
import { explanation, numbersOf, totalsText } from "./diff-text.ts";
import { escapeMarkup } from "./markup.ts";
import { PAGE_END, pageStart } from "./page.ts";
import { figureChunks, figureStyle } from "./svg-figure.ts";
import { SVG_SCRIPT } from "./svg-script.ts";

/** Functions in the table. */
const TABLE_ROWS = 200;
const HEADINGS = ["Self change", "was", "is", "Total change", "was", "is"];

const STYLE = `:root{color-scheme:light dark}
body{margin:1rem;font:14px/1.5 system-ui,sans-serif}
figure{margin:0;overflow-x:auto}
svg{min-width:45rem;max-width:100%;height:auto}
table{border-collapse:collapse}
caption{text-align:start;padding-block:.5rem}
:is(th,td){padding:.125rem .5rem;text-align:start;font-weight:400;overflow-wrap:anywhere}
:is(tbody th,td:last-child,thead th:nth-last-child(-n+2)){min-width:12rem}
thead th{font-weight:600}
.n{text-align:end;font-variant-numeric:tabular-nums;white-space:nowrap}
`;

/**
 * One page that needs nothing else: the flamegraph of both profiles and a table of what changed most. All is there without
 * a script; nothing but the figure's own may run, and nothing be fetched at all.
 */
export async function* diffPageChunks(diff: ProfileDiff, titles: DiffTitles): AsyncGenerator<string> {
	const figure = diffFigure(diff, titles);
	const title = escapeMarkup(titles.title);
	yield await pageStart({
		title,
		style: STYLE,
		scripts: [SVG_SCRIPT],
		moreStyles: [figureStyle(figure)],
	});
	yield `<h1>${title}</h1>
<p>${escapeMarkup(totalsText(diff, titles.names))}. ${escapeMarkup(explanation(diff))}</p>
`;
	yield "<figure>\n";
	yield* figureChunks(figure);
	yield "</figure>\n";
	yield* tableChunks(diff);
	yield PAGE_END;
}

function* tableChunks(diff: ProfileDiff): Generator<string> {
	const functions = changedFunctions(diff);
	const shown = functions.slice(0, TABLE_ROWS);
	const note = functions.length > shown.length ? `, the first ${shown.length} of ${functions.length}` : "";
	const headings = HEADINGS.map((text) => `<th class="n" scope="col">${text}</th>`).join("");
	yield `<table>
<caption>Functions by the change of their self weight${note}</caption>
<thead><tr>${headings}<th scope="col">Function</th><th scope="col">Module</th></tr></thead>
<tbody>
`;
	for (const entry of shown) yield rowOf(diff, entry);
	yield "</tbody>\n</table>\n";
}

function rowOf(diff: ProfileDiff, entry: FunctionChange): string {
	const numbers = numbersOf(diff, entry).map((text) => `<td class="n">${text}</td>`);
	return `<tr>${numbers.join("")}<th scope="row">${escapeMarkup(entry.name)}</th><td>${escapeMarkup(entry.module)}</td></tr>\n`;
}
