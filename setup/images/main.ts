/** Bundles the programs, then builds each image unless it is there with exactly these files. `--bundle`: no images. */
import { fileURLToPath } from "node:url";
import packageJson from "../../package.json" with { type: "json" };
import { ensureBundles } from "./bundles.ts";
import { findContainerTool } from "./container-tool.ts";
import { ensureBase, ensureImage } from "./image.ts";
import { BUNDLES_FOLDER, FURNACE_IMAGES } from "./programs.ts";
import { ImageError } from "./progress.ts";

/** What went wrong has been said. */
const EXPLAINED = 3;
const root = fileURLToPath(new URL("../..", import.meta.url));

try {
	await ensureBundles(root);
	if (!process.argv.includes("--bundle")) await buildImages();
} catch (error) {
	if (!(error instanceof ImageError)) throw error;
	process.stderr.write(`\n${error.message}\n`);
	process.exitCode = EXPLAINED;
}

async function buildImages(): Promise<void> {
	const tool = findContainerTool();
	const base = await ensureBase(tool);
	for (const { name, tag, dockerfile, files } of FURNACE_IMAGES) {
		await ensureImage(tool, {
			tag,
			root,
			dockerfile,
			base,
			content: [`${BUNDLES_FOLDER}/${name}`, ...files],
			arguments: { VERSION: packageJson.version },
		});
	}
}
