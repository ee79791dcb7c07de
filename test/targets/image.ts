/**
 * The test targets as an image, for pods: `node_modules/.bin/node test/targets/image.ts` builds it unless it is there.
 */
import { copyFileSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { findContainerTool } from "../../setup/images/container-tool.ts";
import { ensureBase, ensureImage } from "../../setup/images/image.ts";
import { compileBusy, NODE_ARGUMENTS } from "./targets.ts";

export const TARGETS_IMAGE = "localhost/furnace-test-targets:dev";

/** What a pod of that image can run. */
export const TARGET_COMMANDS = {
	/** compiled, at a path that the sidecar's image does not have; arguments: see busy.c */
	busy: ["/srv/furnace-targets/busy"],
	/** the same program at a path where the sidecar's image has another one */
	misplacedBusy: ["/usr/bin/podman"],
	node: ["node", ...NODE_ARGUMENTS, "/srv/furnace-targets/busy.mjs"],
} as const;

const CONTEXT = join(import.meta.dirname, "../../dist/test-targets");

/** Builds the image unless there is one of exactly these programs. */
async function ensureTargetsImage(): Promise<void> {
	mkdirSync(CONTEXT, { recursive: true });
	// static: it runs whatever the base image's C library is
	copyFileSync(await compileBusy("-static"), join(CONTEXT, "busy"));
	for (const file of ["busy.mjs", "Dockerfile"]) {
		copyFileSync(join(import.meta.dirname, file), join(CONTEXT, file));
	}
	const tool = findContainerTool();
	await ensureImage(tool, {
		tag: TARGETS_IMAGE,
		root: CONTEXT,
		dockerfile: "Dockerfile",
		content: ["busy", "busy.mjs"],
		base: await ensureBase(tool),
	});
}

if (import.meta.main) await ensureTargetsImage();
