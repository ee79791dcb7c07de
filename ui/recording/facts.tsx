import type { ReactNode } from "react";

/** Figures of a recording, each with its name. */
export function Facts({ children }: { children: ReactNode }) {
	return <dl className="furnace-facts">{children}</dl>;
}

interface FactProps {
	name: string;
	children: ReactNode;
	/** what the figure means, where its name does not say it */
	note?: string;
}

export function Fact({ name, children, note }: FactProps) {
	return (
		<div className="furnace-fact" title={note}>
			<dt>{name}</dt>
			<dd>{children}</dd>
		</div>
	);
}
