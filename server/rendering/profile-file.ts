import { type DiffFormat, FORMATS, type Format } from "../../contract/formats.ts";
import type { Recording } from "../../contract/recording.ts";

/** Formats that a browser runs: made by the server from the samples, whoever asks and wherever they lie. */
export function isRenderedHere(format: Format): format is "html" | "svg" {
	return format === "html" || format === "svg";
}

/** What an answer is saved as. */
export interface DownloadedFile {
	name: string;
	mediaType: string;
}

export function profileFile(pod: string, id: string, format: Format): DownloadedFile {
	const { extension, mediaType } = FORMATS[format];
	return { name: `${harmless(pod)}-${id}.${extension}`, mediaType };
}

export function diffFile(base: Recording, comparison: Recording, format: DiffFormat): DownloadedFile {
	const { extension, mediaType } = FORMATS[format];
	return {
		name: `${harmless(comparison.target.pod)}-${base.id}-${comparison.id}.diff.${extension}`,
		mediaType,
	};
}

/** A pod's name may come from an agent, so it is reduced to characters that mean nothing to anyone. */
function harmless(pod: string): string {
	return pod.replace(/[^A-Za-z0-9._-]/g, "_").slice(0, 100);
}
