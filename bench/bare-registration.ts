/**
 * The peer of bench/heartbeats.ts: the least that Node can do with a heartbeat over TLS. Prints its port.
 * `node bench/bare-registration.ts FOLDER`, with `tls.crt` and `tls.key` in it.
 */
import { readFileSync } from "node:fs";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { join } from "node:path";

const folder = process.argv[2] ?? ".";
const read = (name: string) => readFileSync(join(folder, name), "utf8");

const server = createServer({ cert: read("tls.crt"), key: read("tls.key") }, (request, response) => {
	const chunks: Buffer[] = [];
	request.on("data", (chunk: Buffer) => chunks.push(chunk));
	request.on("end", () => {
		JSON.parse(Buffer.concat(chunks).toString());
		const text = JSON.stringify({ heartbeatSeconds: 60 });
		response.writeHead(200, { "content-type": "application/json", "content-length": text.length });
		response.end(text);
	});
});
server.keepAliveTimeout = 72_000;
server.listen(0, "127.0.0.1", () => console.log((server.address() as AddressInfo).port));
