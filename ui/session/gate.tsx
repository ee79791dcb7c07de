import { useQueryClient } from "@tanstack/react-query";
import { type ReactNode, type RefObject, useEffect, useRef } from "react";
import { MAIN } from "../frame/place.tsx";
import { session, useDemand } from "./current.ts";
import { LoginPage } from "./login-page.tsx";

/**
 * Shows the login form in place of the page while a token is asked for. The page stays as it is behind the form:
 * whoever signs in again is right back, zoom, scrolling and half-filled forms included. Whoever signed out leaves nothing.
 */
export function Gate({ children }: { children: ReactNode }) {
	const demand = useDemand();
	const content = useRef<HTMLDivElement>(null);
	useForgetting();
	useReturn(content);
	return (
		<>
			{demand === null ? null : <LoginPage key={demand} demand={demand} />}
			{demand === "signed-out" ? null : (
				<div ref={content} hidden={demand !== null} className="furnace-gate">
					{children}
				</div>
			)}
		</>
	);
}

/** Who signs in may be somebody else: what the server said to the last one is asked anew. */
function useForgetting(): void {
	const queries = useQueryClient();
	const demand = useDemand();
	const last = useRef(demand);
	useEffect(() => {
		if (demand === "signed-out") queries.clear();
		else if (demand === null && last.current !== null) void queries.invalidateQueries();
		last.current = demand;
	}, [demand, queries]);
}

/** After the sign-in, focus and scrolling are where they were when the form came. */
function useReturn(content: RefObject<HTMLDivElement | null>): void {
	const left = useRef<{ focus: Element | null; scrollTop: number } | null>(null);
	const demand = useDemand();
	useEffect(
		() =>
			session.subscribe(() => {
				// asked before anything is drawn anew: the page is still as it was
				if (session.demand() === null || left.current !== null) return;
				const scrollTop = document.getElementById(MAIN)?.scrollTop ?? 0;
				left.current = { focus: document.activeElement, scrollTop };
			}),
		[],
	);
	useEffect(() => {
		if (demand !== null || left.current === null) return;
		const { focus, scrollTop } = left.current;
		left.current = null;
		document.getElementById(MAIN)?.scrollTo(0, scrollTop);
		const page = content.current;
		const target = focus !== document.body && page?.contains(focus) ? focus : page?.querySelector("h1");
		(target as HTMLElement | null | undefined)?.focus({ preventScroll: true });
	}, [demand, content]);
}
