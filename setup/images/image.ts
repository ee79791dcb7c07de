import { join } from "node:path";
import type { ContainerTool } from "./container-tool.ts";
import { contentHash } from "./content-hash.ts";
import { ImageError, progress, step } from "./progress.ts";

/** What an image was built from: the same label means the same image, whoever built it and whenever. */
const CONTENT_LABEL = "io.hyperfoil.furnace.content";
const DEFAULT_BASE = "node:24-bookworm-slim";

/** An image to be built. */
export interface ImageRequest {
	readonly tag: string;
	/** the build context, and what the other paths are relative to */
	readonly root: string;
	readonly dockerfile: string;
	/** files and folders of the context that go into the image */
	readonly content: readonly string[];
	readonly base: BaseImage;
	readonly arguments?: Readonly<Record<string, string>>;
}

export interface BaseImage {
	readonly name: string;
	readonly id: string;
}

/**
 * Pulls the base unless it is here.
 * @param name absent: the environment's NODE_IMAGE, else the official one
 * @throws ImageError it is not to be had
 */
export async function ensureBase(
	tool: ContainerTool,
	name = process.env.NODE_IMAGE || DEFAULT_BASE,
): Promise<BaseImage> {
	const idOf = async () => (await tool.run("image", "inspect", "--format", "{{.Id}}", name)).trim();
	const id = await idOf().catch(() => undefined);
	if (id !== undefined) return { name, id };
	try {
		await step(`Pulling ${name}`, () => tool.run("pull", name));
	} catch (cause) {
		throw new ImageError(
			`The base image ${name} is not here and cannot be pulled. Set NODE_IMAGE to a Debian image with Node 24,
for example NODE_IMAGE=localhost/node-base:1 after: npm run cluster -- base
${cause instanceof Error ? cause.message : cause}`,
			{ cause },
		);
	}
	return { name, id: await idOf() };
}

/** Builds an image unless there is one of that name from exactly these files. */
export async function ensureImage(tool: ContainerTool, request: ImageRequest): Promise<void> {
	const { tag, root, dockerfile, base } = request;
	const given = request.arguments ?? {};
	const salt = JSON.stringify([base.id, given]);
	const content = contentHash(root, [dockerfile, ...request.content], { salt });
	const before = await inspect(tool, tag);
	if (before?.content === content) return progress(`${tag} is there`);
	const values = { NODE_IMAGE: base.name, ...given };
	await step(`Building ${tag}`, () =>
		tool.run(
			"build",
			...["--file", join(root, dockerfile), "--tag", tag, "--label", `${CONTENT_LABEL}=${content}`],
			...Object.entries(values).flatMap(([name, value]) => ["--build-arg", `${name}=${value}`]),
			root,
		),
	);
	if (before !== undefined) await removeUnlessUsed(tool, before.id);
}

async function inspect(
	tool: ContainerTool,
	tag: string,
): Promise<{ id: string; content: string } | undefined> {
	const format = `{{.Id}} {{index .Config.Labels "${CONTENT_LABEL}"}}`;
	const line = await tool.run("image", "inspect", "--format", format, tag).catch(() => undefined);
	const [id = "", content = ""] = line?.trim().split(" ") ?? [];
	return id === "" ? undefined : { id, content };
}

/** What had the name before would else stay behind without one, each time. */
async function removeUnlessUsed(tool: ContainerTool, id: string): Promise<void> {
	await tool.run("image", "rm", id).catch(() => {});
}
