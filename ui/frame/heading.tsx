import { Title } from "@patternfly/react-core";
import { type ReactNode, useEffect, useRef } from "react";
import { cameFromWithin } from "./place.tsx";

interface HeadingProps {
	children: string;
	/** what the browser's tab says, before the program's name; default: the heading */
	title?: string;
	intro?: ReactNode;
	/** beside the heading: state, buttons */
	actions?: ReactNode;
}

/** The page's h1. Says the state in the tab, and takes the focus when the user came here by a link. */
export function Heading({ children, title, intro, actions }: HeadingProps) {
	const heading = useRef<HTMLHeadingElement>(null);
	useEffect(() => {
		document.title = `${title ?? children} · Furnace`;
	}, [title, children]);
	useEffect(() => {
		if (cameFromWithin()) heading.current?.focus({ preventScroll: true });
	}, []);
	return (
		<header className={actions === undefined ? "furnace-heading" : "furnace-heading furnace-heading-stays"}>
			<div className="furnace-heading-text">
				<Title headingLevel="h1" ref={heading} tabIndex={-1}>
					{children}
				</Title>
				{intro === undefined ? null : <p>{intro}</p>}
			</div>
			{actions === undefined ? null : <div className="furnace-heading-actions">{actions}</div>}
		</header>
	);
}
