/** A node:test reporter that adds up what ran: one JSON line with the counts and the skipped tests' reasons. */
export default async function* tally(events) {
	const skipped = [];
	for await (const { type, data } of events) {
		if (type === "test:pass" && data.skip !== undefined) {
			skipped.push(
				`${data.name}${typeof data.skip === "string" && data.skip !== "" ? `: ${data.skip}` : ""}`,
			);
		}
		// The summary of the whole run is the one that names no file.
		if (type === "test:summary" && data.file === undefined) {
			const { passed, failed, cancelled } = data.counts;
			yield JSON.stringify({ passed, failed: failed + cancelled, skipped });
		}
	}
}
