import { FORMATS, type Format } from "../../contract/formats.ts";

/** Formats that a browser runs: made by the server from the samples, whoever asks and wherever they lie. */
export function isRenderedHere(format: Format): format is "html" | "svg" {
	return format === "html" || format === "svg";
}

/** Name and media type of a downloaded profile. The pod's name may come from an agent, so it is reduced to harmless characters. */
export function profileFile(pod: string, id: string, format: Format): { name: string; mediaType: string } {
	const { extension, mediaType } = FORMATS[format];
	const safePod = pod.replace(/[^A-Za-z0-9._-]/g, "_").slice(0, 100);
	return { name: `${safePod}-${id}.${extension}`, mediaType };
}
