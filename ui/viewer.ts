import "./viewer.css";
import { cleanText } from "../profile/frame-name.ts";
import {
	decodeViewerData,
	STATIC_TABLE_ID,
	VIEWER_DATA_ID,
	VIEWER_ROOT_ID,
	type ViewerData,
} from "../profile/write/html-data.ts";
import { element } from "./profile-view/dom.ts";
import { createProfileView } from "./profile-view/profile-view.ts";
import { clock, count, moment } from "./wording.ts";

/** Shows the profile that a downloaded HTML file carries, in place of its static table. */
async function showEmbedded(host: HTMLElement): Promise<void> {
	const carrier = document.getElementById(VIEWER_DATA_ID);
	if (carrier === null) throw new Error("The file carries no profile");
	const data = await decodeViewerData(carrier.textContent ?? "");
	const main = element("main", { class: "viewer" }, heading(data));
	host.append(main);
	const view = createProfileView(main);
	view.show(data.tree);
	document.getElementById(STATIC_TABLE_ID)?.remove();
	matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => view.recolor());
}

function heading({ title, recording }: ViewerData): HTMLElement {
	const head = element("header", {}, element("h1", {}, cleanText(title)));
	if (recording === undefined) return head;
	const { profiler, event, frequency, startedAt, durationSeconds, samples, target } = recording;
	const facts = [
		`${target.namespace}/${target.pod}`,
		moment(startedAt),
		clock(durationSeconds),
		`${count(samples)} samples`,
		`${profiler}, ${event}, ${frequency} Hz`,
	];
	head.append(element("p", {}, cleanText(facts.join(" · "))));
	return head;
}

const host = document.getElementById(VIEWER_ROOT_ID);
if (host !== null) {
	showEmbedded(host).catch((error: unknown) => {
		const words = error instanceof Error ? error.message : String(error);
		const note = `The flamegraph cannot be shown (${words}). The table below has the top functions; the pprof download opens in other viewers.`;
		host.replaceChildren(element("p", { role: "alert", class: "viewer-error" }, note));
	});
}
