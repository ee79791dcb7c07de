/**
 * Reads a list of servers of debug information.
 * @param text URLs with white space between them, the first to be asked first
 * @returns those that can be asked, and a sentence about each other one
 */
export function readDebuginfodUrls(text = ""): { urls: string[]; faults: string[] } {
	const urls: string[] = [];
	const faults: string[] = [];
	for (const word of text.split(/\s+/).filter((each) => each !== "")) {
		const url = URL.canParse(word) ? new URL(word) : undefined;
		if (url === undefined || !/^https?:$/.test(url.protocol)) faults.push(fault(word));
		// a request cannot carry them in its address
		else if (url.username !== "" || url.password !== "") faults.push(fault(`${url.host} with a password`));
		else urls.push(`${url.origin}${url.pathname}`);
	}
	return { urls, faults };
}

function fault(what: string): string {
	return `No server of debug information can be asked at ${JSON.stringify(what.slice(0, 100))}.`;
}
