import type { CallTreeDocument } from "../../contract/call-tree.ts";
import type { Recording } from "../../contract/recording.ts";

/** Where a self-contained page keeps its profile: a script element of the type application/json with this id. */
export const VIEWER_DATA_ID = "furnace-profile";
/** Where the page's own script puts the flamegraph. */
export const VIEWER_ROOT_ID = "furnace-viewer";
/** The table that is there without any script. */
export const STATIC_TABLE_ID = "furnace-functions";

export interface ViewerData {
	readonly title: string;
	readonly recording?: Recording;
	readonly tree: CallTreeDocument;
}

/** How a data element's text is encoded (its `data-encoding`): gzip and base64, or none: the JSON itself. */
export type ViewerEncoding = "gzip" | "json";

/** A multiple of 3, so that pieces of base64 can be joined. */
const BASE64_PIECE = 3 * 16_384;

/** Base64 of the gzipped JSON, in pieces. @param json the JSON of a ViewerData, in pieces */
export async function* encodeViewerData(json: Iterable<string>): AsyncGenerator<string> {
	const zipped = streamOf(json)
		.pipeThrough(new TextEncoderStream())
		.pipeThrough(new CompressionStream("gzip"));
	let rest = new Uint8Array();
	for await (const chunk of zipped as unknown as AsyncIterable<Uint8Array>) {
		const bytes = new Uint8Array(rest.length + chunk.length);
		bytes.set(rest);
		bytes.set(chunk, rest.length);
		const whole = bytes.length - (bytes.length % 3);
		yield base64(bytes.subarray(0, whole));
		rest = bytes.slice(whole);
	}
	yield base64(rest);
}

/**
 * Reads the data element of a self-contained page.
 * @param text its text content
 * @param encoding its `data-encoding`
 * @throws when it is not what `encodeViewerData` made; the tree in it is checked by `fromDocument`
 */
export async function decodeViewerData(text: string, encoding: ViewerEncoding): Promise<ViewerData> {
	if (encoding === "json") return JSON.parse(text);
	const bytes = Uint8Array.from(atob(text.trim()), (character) => character.charCodeAt(0));
	const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
	return (await new Response(stream).json()) as ViewerData;
}

function streamOf(pieces: Iterable<string>): ReadableStream<string> {
	const iterator = pieces[Symbol.iterator]();
	return new ReadableStream({
		pull(controller) {
			const { done, value } = iterator.next();
			if (done) controller.close();
			else controller.enqueue(value);
		},
	});
}

function base64(bytes: Uint8Array): string {
	let text = "";
	for (let start = 0; start < bytes.length; start += BASE64_PIECE) {
		text += btoa(String.fromCharCode(...bytes.subarray(start, start + BASE64_PIECE)));
	}
	return text;
}
