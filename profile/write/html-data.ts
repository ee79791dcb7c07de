import type { Recording } from "../../contract/recording.ts";
import type { CallTree } from "../call-tree.ts";
import { type PackedTree, packTree } from "../packed/pack-tree.ts";
import { unpackTree } from "../packed/unpack-tree.ts";
import { unzippedBytes, zippedText } from "./zipped-text.ts";

/** Where a self-contained page keeps its profile: a script element with this id and no type of program. */
export const VIEWER_DATA_ID = "furnace-profile";
/** Where it keeps the program that draws, zipped. */
export const VIEWER_PROGRAM_ID = "furnace-program";
/** Where the page's own script puts the flamegraph. */
export const VIEWER_ROOT_ID = "furnace-viewer";
/** The table that is there without any script. */
export const STATIC_TABLE_ID = "furnace-functions";

export interface ViewerData {
	readonly title: string;
	readonly recording?: Recording;
	readonly tree: CallTree;
}

const NEW_LINE = 0x0a;

/** Text in pieces: zipped, a line of JSON with all but the packed tree's columns, then these. */
export function encodeViewerData({ tree, ...facts }: ViewerData): AsyncGenerator<string> {
	const { columns, ...packed } = packTree(tree);
	const head = new TextEncoder().encode(`${JSON.stringify({ ...facts, tree: packed })}\n`);
	return zippedText([head, columns]);
}

/**
 * Reads the data element of a self-contained page.
 * @param text its text content
 * @throws when it is not what `encodeViewerData` made
 */
export async function decodeViewerData(text: string): Promise<ViewerData> {
	const bytes = await unzippedBytes(text);
	const end = bytes.indexOf(NEW_LINE);
	const { tree, ...facts } = JSON.parse(new TextDecoder().decode(bytes.subarray(0, end))) as PackedData;
	return { ...facts, tree: unpackTree({ ...tree, columns: bytes.slice(end + 1) }) };
}

interface PackedData extends Omit<ViewerData, "tree"> {
	readonly tree: Omit<PackedTree, "columns">;
}
