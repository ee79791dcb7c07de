/**
 * One of the two servers that bench/admission.ts measures, in a process of its own: `furnace` is the webhook as it is
 * deployed, `bare` the least that Node can do: parse the review, answer with a patch of the same size.
 */
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { generate } from "selfsigned";
import { constantFacts, type InjectionConfiguration } from "../server/admission/facts.ts";
import { createMutator } from "../server/admission/mutate.ts";
import { buildAdmission } from "../server/admission-app.ts";
import { createLogger } from "../server/http/logging.ts";
import { review } from "./admission-review.ts";

const certificate = await generate([{ name: "commonName", value: "localhost" }], { keyType: "ec" });
const tls = { cert: certificate.cert, key: certificate.private };

const configuration: InjectionConfiguration = {
	image: "localhost/furnace-sidecar:dev",
	imageProven: true,
	version: "0.0.0-bench",
	privilege: "privileged",
	ca: certificate.cert,
	serverUrl: "https://furnace-server-replicas.furnace.svc:8080",
	maxDurationSeconds: 3600,
	namespace: "furnace",
	kubernetes: { major: 1, minor: 34 },
};

async function serveFurnace(): Promise<number> {
	const logger = createLogger({ level: "info", name: "server" });
	const app = await buildAdmission({ tls, facts: constantFacts(configuration), logger, count: () => {} });
	return Number(new URL(await app.listen({ host: "127.0.0.1", port: 0 })).port);
}

async function serveBare(): Promise<number> {
	const answer = createMutator({ facts: constantFacts(configuration) })(review);
	const patch = JSON.parse(answer).response.patch as string;
	const server = createServer(tls, (request, response) => {
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
	await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
	return (server.address() as AddressInfo).port;
}

// asked for what it has used, in microseconds: unlike throughput it does not depend on what else the machine does
process.on("message", () => {
	const { user, system } = process.cpuUsage();
	process.send?.(user + system);
});
process.on("disconnect", () => process.exit(0));
process.send?.(await (process.argv[2] === "bare" ? serveBare() : serveFurnace()));
