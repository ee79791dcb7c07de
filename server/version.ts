import manifest from "../package.json" with { type: "json" };

/** Furnace's version; bundled into the program. */
export const version: string = manifest.version;
