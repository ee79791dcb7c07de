import { useSyncExternalStore } from "react";

export const THEMES = ["system", "light", "dark"] as const;
export type Theme = (typeof THEMES)[number];

const KEY = "furnace.theme";
const CHANGED = "furnace:theme";
const prefersDark = matchMedia("(prefers-color-scheme: dark)");

function chosenTheme(): Theme {
	const stored = readStored();
	return THEMES.find((theme) => theme === stored) ?? "system";
}

export function chooseTheme(theme: Theme): void {
	try {
		localStorage.setItem(KEY, theme);
	} catch {
		// private windows may refuse to store: the choice then lasts until the page is closed
	}
	chosen = theme;
	applyTheme();
	window.dispatchEvent(new Event(CHANGED));
}

let chosen: Theme | undefined;

/** Puts the theme on the page, and keeps it in step with the system's preference. */
export function startTheme(): void {
	applyTheme();
	prefersDark.addEventListener("change", applyTheme);
}

export function useTheme(): Theme {
	return useSyncExternalStore(
		(onChange) => {
			window.addEventListener(CHANGED, onChange);
			return () => window.removeEventListener(CHANGED, onChange);
		},
		() => chosen ?? chosenTheme(),
	);
}

function applyTheme(): void {
	const theme = chosen ?? chosenTheme();
	const dark = theme === "dark" || (theme === "system" && prefersDark.matches);
	document.documentElement.classList.toggle("pf-v6-theme-dark", dark);
}

function readStored(): string | null {
	try {
		return localStorage.getItem(KEY);
	} catch {
		return null;
	}
}
