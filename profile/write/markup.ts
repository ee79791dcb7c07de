const ESCAPES: Record<string, string> = {
	"&": "&amp;",
	"<": "&lt;",
	">": "&gt;",
	'"': "&quot;",
	"'": "&#39;",
};

/** Text for the content or a quoted attribute of HTML or XML. */
export function escapeMarkup(text: string): string {
	// XML may not hold these two at all, not even escaped.
	return text.replace(/[&<>"']/g, (character) => ESCAPES[character]).replace(/[\ufffe\uffff]/g, "\ufffd");
}
