/** What a page that needs nothing else has in its head. */
export interface PageHead {
	/** markup */
	readonly title: string;
	/** of the whole page */
	readonly style: string;
	/** all that may run, each as it stands in its element */
	readonly scripts: readonly string[];
	/** styles of elements further down */
	readonly moreStyles?: readonly string[];
	/** images in `data:` addresses may be shown */
	readonly hasImages?: boolean;
}

/**
 * A page's beginning, up to its body. Its own content security policy lets nothing run but what is named here, and nothing
 * be fetched at all.
 */
export async function pageStart({
	title,
	style,
	scripts,
	moreStyles = [],
	hasImages = false,
}: PageHead): Promise<string> {
	const policy = [
		"default-src 'none'",
		`script-src ${await sourcesOf(scripts)}`,
		`style-src ${await sourcesOf([style, ...moreStyles])}`,
		...(hasImages ? ["img-src data:"] : []),
		"base-uri 'none'",
		"form-action 'none'",
	];
	return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy.join("; ")}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${title}</title>
<style>${style}</style>
</head>
<body>
`;
}

export const PAGE_END = "</body>\n</html>\n";

/** Inline elements with these texts, for a content security policy. */
async function sourcesOf(texts: readonly string[]): Promise<string> {
	return texts.length === 0 ? "'none'" : (await Promise.all(texts.map(sourceHash))).join(" ");
}

async function sourceHash(text: string): Promise<string> {
	const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
	return `'sha256-${btoa(String.fromCharCode(...new Uint8Array(digest)))}'`;
}
