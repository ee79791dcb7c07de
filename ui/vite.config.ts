import react from "@vitejs/plugin-react";
import { defineConfig, type UserConfig } from "vite";

/** The page: hashed assets, nothing inlined, so that `default-src 'self'` is all it needs. */
const page: UserConfig = {
	plugins: [react()],
	build: {
		outDir: "dist",
		// of what is bundled: images carry it
		license: { fileName: "THIRD-PARTY.md" },
		emptyOutDir: true,
		assetsInlineLimit: 0,
		modulePreload: { polyfill: false },
		target: "es2023",
		chunkSizeWarningLimit: 1000,
	},
};

/** The viewer of a downloaded HTML file: one script and one style sheet, put inline by profile/write/html.ts. */
const viewer: UserConfig = {
	publicDir: false,
	build: {
		outDir: "dist",
		emptyOutDir: false,
		target: "es2023",
		lib: {
			entry: "viewer.ts",
			formats: ["iife"],
			name: "FurnaceViewer",
			fileName: () => "viewer.js",
			cssFileName: "viewer",
		},
	},
};

export default defineConfig(({ mode }) => (mode === "viewer" ? viewer : page));
