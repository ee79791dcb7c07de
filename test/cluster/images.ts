import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pipe, run } from "./commands.ts";
import type { ClusterConfig } from "./config.ts";
import { PAUSE_IMAGE } from "./node.ts";
import { step } from "./outcomes.ts";

const ARCHITECTURES: Partial<Record<NodeJS.Architecture, string>> = { x64: "amd64", arm64: "arm64" };

/** Copies images from podman's store into the cluster. */
export async function loadImages(config: ClusterConfig, images: string[]): Promise<void> {
	// Asked first, so that an image that is not there is named as such and not as a broken archive.
	await run("podman", ["image", "inspect", "--format", "{{.Id}}", ...images]);
	// One archive of all, which has the layers that they share only once.
	const save = ["save", "--quiet", "--multi-image-archive", ...images];
	await step(`Loading ${images.join(", ")}`, () =>
		pipe(["podman", ...save], [...ctr(config), "images", "import", "-"]),
	);
}

/** Gives containerd the image of the process that holds a pod's namespaces: it is asked for it with every pod. */
export async function loadPauseImage(config: ClusterConfig, programs: string): Promise<void> {
	const folder = await mkdtemp(join(config.stateDir, "pause-"));
	const inFolder = (name: string) => join(folder, name);
	await run("tar", ["-C", programs, "--owner=0", "--group=0", "-cf", inFolder("layer.tar"), "pause"]);
	const { image, manifest } = pauseArchive(readFileSync(inFolder("layer.tar")), process.arch);
	await writeFile(inFolder("image.json"), JSON.stringify(image));
	await writeFile(inFolder("manifest.json"), JSON.stringify(manifest));
	await run("tar", [
		"-C",
		folder,
		"-cf",
		inFolder("archive.tar"),
		"manifest.json",
		"image.json",
		"layer.tar",
	]);
	const [command, ...args] = ctr(config);
	await run(command, [...args, "images", "import", inFolder("archive.tar")]);
	await rm(folder, { recursive: true });
}

/** @returns what stands beside the one layer in an archive as `docker save` makes it */
function pauseArchive(layer: Uint8Array, arch: NodeJS.Architecture): { image: object; manifest: object } {
	const digest = createHash("sha256").update(layer).digest("hex");
	return {
		image: {
			architecture: ARCHITECTURES[arch],
			os: "linux",
			config: { Entrypoint: ["/pause"] },
			rootfs: { type: "layers", diff_ids: [`sha256:${digest}`] },
		},
		manifest: [{ Config: "image.json", RepoTags: [PAUSE_IMAGE], Layers: ["layer.tar"] }],
	};
}

function ctr({ containerdSocket }: ClusterConfig): [string, ...string[]] {
	return ["ctr", "--address", containerdSocket, "--namespace", "k8s.io"];
}
