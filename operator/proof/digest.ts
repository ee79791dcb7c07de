/**
 * The image by digest, so that what is injected is what was proven even when the tag moves.
 * @param image as configured
 * @param imageIds of the containers that proved it, one for each architecture; as the runtimes tell them:
 *   `registry/name@sha256:...`, `docker-pullable://...`, or just `sha256:...` of an image that came from no registry
 * @returns undefined: no registry would know it by one digest for all architectures
 */
export function byDigest(image: string, imageIds: readonly string[]): string | undefined {
	if (image.includes("@") || repositoryOf(image).startsWith("localhost/")) return undefined;
	const digests = new Set(imageIds.map((id) => /@(sha256:[0-9a-f]{64})$/.exec(id)?.[1]));
	const [digest] = digests;
	// nodes of different kinds telling different digests: each names the image of its own kind only
	if (digests.size !== 1 || digest === undefined) return undefined;
	return `${repositoryOf(image)}@${digest}`;
}

/** Without its tag; a colon before the last slash is a port. */
function repositoryOf(image: string): string {
	const name = image.lastIndexOf("/") + 1;
	const tag = image.indexOf(":", name);
	return tag === -1 ? image : image.slice(0, tag);
}
