/** Where in the page the user is; every place has an address that can be shared and reloaded. */
export type Place =
	| ({ page: "record" } & RecordChoice)
	| { page: "live"; namespace: string; pod: string; id: string }
	| { page: "recordings" }
	| { page: "recording"; id: string }
	| ({ page: "compare" } & Comparison)
	| { page: "unknown" };

/** Ids of two recordings, as far as they are chosen. */
export interface Comparison {
	base?: string;
	comparison?: string;
}

/** What is to be recorded, as far as it is chosen; neither pid nor container: the whole pod. */
export interface RecordChoice {
	namespace?: string;
	pod?: string;
	pid?: number;
	container?: string;
}

export function placeOf(pathname: string, search = ""): Place {
	const parts = pathname.split("/").filter((part) => part !== "");
	const [first, second, third, fourth] = parts.map(decodeSegment);
	if (first === undefined) return recordPlaceOf(new URLSearchParams(search));
	if (first === "recordings" && parts.length === 1) return { page: "recordings" };
	if (first === "recordings" && parts.length === 2 && second) return { page: "recording", id: second };
	if (first === "compare" && parts.length === 1) return comparePlaceOf(new URLSearchParams(search));
	if (first === "live" && parts.length === 4 && second && third && fourth) {
		return { page: "live", namespace: second, pod: third, id: fourth };
	}
	return { page: "unknown" };
}

export function addressOf(place: Place): string {
	switch (place.page) {
		case "record":
			return `/${recordQueryOf(place)}`;
		case "live":
			return `/live/${[place.namespace, place.pod, place.id].map(encodeURIComponent).join("/")}`;
		case "recording":
			return `/recordings/${encodeURIComponent(place.id)}`;
		case "recordings":
			return "/recordings";
		case "compare":
			return `/compare${queryText({ base: place.base, comparison: place.comparison })}`;
		case "unknown":
			return "/";
	}
}

function recordPlaceOf(query: URLSearchParams): Place {
	const namespace = query.get("namespace");
	const pod = query.get("pod");
	const pid = Number(query.get("pid"));
	const container = query.get("container");
	return {
		page: "record",
		...(namespace ? { namespace } : {}),
		...(pod ? { pod } : {}),
		...(Number.isSafeInteger(pid) && pid > 0 ? { pid } : {}),
		...(container ? { container } : {}),
	};
}

function comparePlaceOf(query: URLSearchParams): Place {
	const base = query.get("base");
	const comparison = query.get("comparison");
	return { page: "compare", ...(base ? { base } : {}), ...(comparison ? { comparison } : {}) };
}

function recordQueryOf({ namespace, pod, pid, container }: RecordChoice): string {
	return queryText({ namespace, pod, pid: pid?.toString(), container });
}

function queryText(parts: Record<string, string | undefined>): string {
	const entries = Object.entries(parts).filter((entry): entry is [string, string] => Boolean(entry[1]));
	return entries.length === 0 ? "" : `?${new URLSearchParams(entries)}`;
}

/** A broken escape is no reason to fail: it just names nothing that exists. */
function decodeSegment(segment: string): string {
	try {
		return decodeURIComponent(segment);
	} catch {
		return segment;
	}
}
