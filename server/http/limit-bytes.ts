import { pipeline, type Readable, Transform } from "node:stream";

/** Passes a stream on, with backpressure, and fails it once it has given more than so many bytes. */
export function limitBytes(source: Readable, maxBytes: number): Readable {
	if (maxBytes === Number.POSITIVE_INFINITY) return source;
	let bytes = 0;
	const limited = new Transform({
		transform(chunk: Uint8Array, _encoding, done) {
			bytes += chunk.length;
			if (bytes > maxBytes) done(new Error(`more than ${maxBytes} bytes`));
			else done(null, chunk);
		},
	});
	// a failure on either side destroys the other, and Fastify reports it
	return pipeline(source, limited, () => {});
}

/** @throws Error when the stream gives more than so many bytes */
export async function collectBytes(source: Readable, maxBytes: number): Promise<Uint8Array> {
	const chunks: Uint8Array[] = [];
	for await (const chunk of limitBytes(source, maxBytes)) chunks.push(chunk as Uint8Array);
	return Buffer.concat(chunks);
}
