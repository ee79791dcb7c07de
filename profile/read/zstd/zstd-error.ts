/** It is not compressed by zstd, or in a way that no window of ours is large enough for. */
export class ZstdError extends Error {
	override name = "ZstdError";
}
