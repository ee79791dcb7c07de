/**
 * The peer of bench/admission.ts: the least that Node can do: parse the review, answer with a patch of the same size.
 * Prints its port. `node bench/admission-bare.ts FOLDER`, with `tls.crt`, `tls.key` and the `patch` in it.
 */
import { readFileSync } from "node:fs";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { join } from "node:path";

const folder = process.argv[2] ?? ".";
const read = (name: string) => readFileSync(join(folder, name), "utf8");
const patch = read("patch");

const server = createServer({ cert: read("tls.crt"), key: read("tls.key") }, (request, response) => {
	const chunks: Buffer[] = [];
	request.on("data", (chunk: Buffer) => chunks.push(chunk));
	request.on("end", () => {
		const { apiVersion, kind, request } = JSON.parse(Buffer.concat(chunks).toString());
		const decision = { uid: request.uid, allowed: true, patchType: "JSONPatch", patch };
		const text = JSON.stringify({ apiVersion, kind, response: decision });
		response.writeHead(200, {
			"content-type": "application/json",
			"content-length": Buffer.byteLength(text),
		});
		response.end(text);
	});
});
server.listen(0, "127.0.0.1", () => console.log((server.address() as AddressInfo).port));
