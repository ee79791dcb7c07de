import { constants } from "node:zlib";
import compress from "@fastify/compress";
import type { FastifyInstance } from "fastify";

/** Text of any kind, but for event streams, which must not be held back. Gzipped profiles are of other types. */
const COMPRESSIBLE =
	/^text\/(?!event-stream)|^application\/([\w.]+\+)?(json|javascript|xml)\b|^image\/svg\+xml/;
/** Below this a packet is not saved. */
const LEAST_BYTES = 1024;
/** Three quarters of what the best level saves, at a thirtieth of its time. */
const BROTLI_QUALITY = 5;

/** Compresses the answers of the routes that are registered after it, for callers who take that. Requests are left as they are. */
export async function compressAnswers(app: FastifyInstance): Promise<void> {
	await app.register(compress, {
		globalDecompression: false,
		customTypes: COMPRESSIBLE,
		threshold: LEAST_BYTES,
		encodings: ["br", "gzip"],
		brotliOptions: { params: { [constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY } },
	});
}
