/**
 * Zoom and search inside an SVG figure, a file or a page's. Plain JavaScript as text: it runs in whatever shows it, which is all there
 * without it. Frames are `g.frame` with a `rect` and maybe a `text`; the original places are kept on first run.
 */
export const SVG_SCRIPT = `
"use strict";
const svg = document.querySelector("svg");
const width = svg.viewBox.baseVal.width;
const frames = [...svg.querySelectorAll("g.frame")].map((group) => {
	const rect = group.querySelector("rect");
	const text = group.querySelector("text");
	const x = Number(rect.getAttribute("x"));
	return {
		group, rect, text, x,
		end: x + Number(rect.getAttribute("width")),
		y: Number(rect.getAttribute("y")),
		label: group.querySelector("title").textContent,
		name: group.dataset.name,
	};
});
const merged = svg.getElementById("merged");
const found = svg.getElementById("found");
const reset = svg.getElementById("reset");
const search = svg.getElementById("search");
const EDGE = Number(svg.dataset.edge);
const CHARACTER = Number(svg.dataset.character);
const inner = width - 2 * EDGE;

function zoom(from, end) {
	const scale = inner / (end - from);
	merged.setAttribute("transform", "matrix(" + [scale, 0, 0, 1, EDGE - from * scale, 0].join(" ") + ")");
	for (const frame of frames) {
		const left = Math.max(EDGE, EDGE + (frame.x - from) * scale);
		const right = Math.min(EDGE + inner, EDGE + (frame.end - from) * scale);
		const visible = right - left > 0.01;
		frame.group.style.display = visible ? "" : "none";
		if (!visible) continue;
		frame.rect.setAttribute("x", left);
		frame.rect.setAttribute("width", right - left);
		fit(frame, left, right - left);
	}
	reset.style.display = scale > 1.0001 ? "inline" : "none";
}
function fit(frame, left, room) {
	const fits = Math.floor((room - 6) / CHARACTER);
	const letters = [...frame.name];
	const shown = fits < 3 ? "" : letters.length <= fits ? frame.name : letters.slice(0, fits - 1).join("") + "\\u2026";
	if (frame.text === null && shown !== "") {
		frame.text = document.createElementNS(svg.namespaceURI, "text");
		frame.text.setAttribute("y", frame.y + 12);
		frame.group.append(frame.text);
	}
	if (frame.text === null) return;
	frame.text.setAttribute("x", left + 3);
	frame.text.textContent = shown;
}
function find() {
	const query = prompt("Search for a function or module (empty: end the search)", "");
	if (query === null) return;
	const wanted = query.toLowerCase();
	const matches = wanted === "" ? [] : frames.filter((frame) => frame.label.toLowerCase().includes(wanted));
	for (const frame of frames) frame.group.classList.remove("match");
	for (const frame of matches) frame.group.classList.add("match");
	let covered = 0;
	let edge = -Infinity;
	for (const frame of matches.sort((a, b) => a.x - b.x)) {
		covered += Math.max(0, frame.end - Math.max(frame.x, edge));
		edge = Math.max(edge, frame.end);
	}
	found.textContent = wanted === "" ? "" : matches.length + " frames, " + ((covered / inner) * 100).toFixed(1) + "% of the weight";
}
function button(element, action) {
	element.style.display = "inline";
	element.addEventListener("click", action);
	element.addEventListener("keydown", (event) => {
		if (event.key !== "Enter" && event.key !== " ") return;
		event.preventDefault();
		action();
	});
}
for (const frame of frames) frame.group.addEventListener("click", () => zoom(frame.x, frame.end));
button(search, find);
button(reset, () => zoom(EDGE, EDGE + inner));
reset.style.display = "none";
svg.addEventListener("keydown", (event) => {
	if (event.key === "Escape") zoom(EDGE, EDGE + inner);
});
`;
