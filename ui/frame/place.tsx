import { type AnchorHTMLAttributes, type MouseEvent, useSyncExternalStore } from "react";
import { addressOf, type Place, placeOf } from "../navigation.ts";

const CHANGED = "furnace:place";

/** Id of the element that holds the place's content, and scrolls. */
export const MAIN = "main";

/** The place the address bar names; follows links, back and forward. */
export function usePlace(): Place {
	const address = useSyncExternalStore(subscribe, () => location.pathname + location.search);
	const { pathname, search } = new URL(address, location.origin);
	return placeOf(pathname, search);
}

export function goTo(place: Place, how: "push" | "replace" = "push"): void {
	const address = addressOf(place);
	if (how === "push") history.pushState({ moved: true }, "", address);
	else history.replaceState(history.state, "", address);
	window.dispatchEvent(new Event(CHANGED));
	// not the window scrolls but the frame's main part
	if (how === "push") document.getElementById(MAIN)?.scrollTo(0, 0);
}

/** Did the user come here within the page? Then the focus goes to the new heading. */
export function cameFromWithin(): boolean {
	return (history.state as { moved?: boolean } | null)?.moved === true;
}

function subscribe(onChange: () => void): () => void {
	window.addEventListener("popstate", onChange);
	window.addEventListener(CHANGED, onChange);
	return () => {
		window.removeEventListener("popstate", onChange);
		window.removeEventListener(CHANGED, onChange);
	};
}

type LinkProps = Omit<AnchorHTMLAttributes<HTMLAnchorElement>, "href"> & { to: Place };

/** A real link that does not reload the page; with a modifier key it does what the browser does. */
export function Link({ to, onClick, ...rest }: LinkProps) {
	const follow = (event: MouseEvent<HTMLAnchorElement>) => {
		onClick?.(event);
		if (event.defaultPrevented || event.button !== 0) return;
		if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
		event.preventDefault();
		goTo(to);
	};
	return <a {...rest} href={addressOf(to)} onClick={follow} />;
}
