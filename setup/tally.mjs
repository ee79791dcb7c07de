/** A node:test reporter that adds up what ran: one JSON line with each file's counts and the skipped tests' reasons. */
export default async function* tally(events) {
	const skipped = [];
	const files = {};
	for await (const { type, data } of events) {
		if (type === "test:pass" && data.skip !== undefined) {
			skipped.push(
				`${data.name}${typeof data.skip === "string" && data.skip !== "" ? `: ${data.skip}` : ""}`,
			);
		}
		if (type !== "test:summary") continue;
		const { passed, failed, cancelled } = data.counts;
		if (data.file !== undefined) files[data.file] = { passed, failed: failed + cancelled };
		// The summary of the whole run is the one that names no file.
		else yield JSON.stringify({ passed, failed: failed + cancelled, skipped, files });
	}
}
