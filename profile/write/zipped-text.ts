/** A multiple of 3, so that pieces of base64 can be joined. */
const BASE64_PIECE = 3 * 16_384;

/** Bytes as a page can carry them: gzipped, in base64, in pieces. */
export async function* zippedText(pieces: readonly Uint8Array<ArrayBuffer>[]): AsyncGenerator<string> {
	const zipped = streamOf(pieces).pipeThrough(new CompressionStream("gzip"));
	let rest = new Uint8Array();
	for await (const chunk of zipped as unknown as AsyncIterable<Uint8Array>) {
		const bytes = new Uint8Array(rest.length + chunk.length);
		bytes.set(rest);
		bytes.set(chunk, rest.length);
		const whole = bytes.length - (bytes.length % 3);
		yield base64(bytes.subarray(0, whole));
		rest = bytes.slice(whole);
	}
	yield base64(rest);
}

/** @throws for what is no such text */
export async function unzippedBytes(text: string): Promise<Uint8Array<ArrayBuffer>> {
	const zipped = Uint8Array.from(atob(text.trim()), (character) => character.charCodeAt(0));
	const stream = new Blob([zipped]).stream().pipeThrough(new DecompressionStream("gzip"));
	return new Uint8Array(await new Response(stream).arrayBuffer());
}

function streamOf(pieces: readonly Uint8Array<ArrayBuffer>[]): ReadableStream<Uint8Array<ArrayBuffer>> {
	return new ReadableStream({
		start(controller) {
			for (const piece of pieces) controller.enqueue(piece);
			controller.close();
		},
	});
}

function base64(bytes: Uint8Array): string {
	let text = "";
	for (let start = 0; start < bytes.length; start += BASE64_PIECE) {
		text += btoa(String.fromCharCode(...bytes.subarray(start, start + BASE64_PIECE)));
	}
	return text;
}
