import { Skeleton } from "@patternfly/react-core";

/** Grey lines in place of a list that is being fetched. */
export function LoadingLines({ what, lines = 4 }: { what: string; lines?: number }) {
	return (
		<div role="status" className="furnace-loading">
			<span className="pf-v6-screen-reader">Loading {what}…</span>
			{Array.from({ length: lines }, (_, index) => (
				// biome-ignore lint/suspicious/noArrayIndexKey: the lines are all the same
				<Skeleton key={index} height="2.25rem" />
			))}
		</div>
	);
}
