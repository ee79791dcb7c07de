import { ANNOTATION_INJECTED, PORTS, SIDECAR_CONTAINER } from "../../../contract/names.ts";
import { SIDECAR_VOLUMES } from "../../../server/admission/sidecar.ts";
import type { Pair } from "../../../server/testing/certificates.ts";
import { BASE_IMAGE } from "../../cluster/base-image.ts";
import type { Shell } from "../../cluster/shell.ts";

/** Answers as an agent does, and writes a line for each connection and each request. */
const PROGRAM = `
const { CERT: cert, KEY: key } = process.env;
const server = require("node:https").createServer({ cert, key, requestCert: true, rejectUnauthorized: false }, (request, response) => {
	const subject = request.socket.getPeerCertificate().subject;
	console.log("request " + request.url + " from " + (subject ? subject.CN : "nobody"));
	response.setHeader("content-type", "application/json");
	response.end('{"items":[]}');
});
server.on("connection", () => console.log("connection"));
server.listen({ host: "0.0.0.0", port: ${PORTS.agent} });
process.on("SIGTERM", () => process.exit(0));
`;

/**
 * A pod as the webhook would have made it, with a program in the sidecar's place that counts who connects to it.
 * @param ca what the sidecar is given as the roots to trust
 */
export function podWithStubAgent(namespace: string, name: string, { cert, key }: Pair, ca: string): object {
	const image = { image: BASE_IMAGE, imagePullPolicy: "Never" };
	const env = Object.entries({ CERT: cert, KEY: key, FURNACE_CA: ca }).map(([variable, value]) => ({
		name: variable,
		value,
	}));
	const sidecar = {
		...image,
		name: SIDECAR_CONTAINER,
		restartPolicy: "Always",
		command: ["node", "--eval", PROGRAM],
		env,
		volumeMounts: [{ name: SIDECAR_VOLUMES.token, mountPath: "/var/run/secrets/furnace" }],
		startupProbe: { tcpSocket: { port: PORTS.agent }, periodSeconds: 1, failureThreshold: 60 },
	};
	return {
		apiVersion: "v1",
		kind: "Pod",
		metadata: {
			name,
			namespace,
			labels: { furnace: "enabled" },
			annotations: { [ANNOTATION_INJECTED]: "0.0.0-test" },
		},
		spec: {
			terminationGracePeriodSeconds: 1,
			initContainers: [sidecar],
			containers: [{ ...image, name: "app", command: ["node", "--eval", "setInterval(() => {}, 1e6)"] }],
			volumes: [{ name: SIDECAR_VOLUMES.token, emptyDir: {} }],
		},
	};
}

/** What has reached a stub agent: `connection`, `request PATH from NAME`. The probe's connections count as others do. */
export async function heardBy(shell: Shell, namespace: string, pod: string): Promise<string[]> {
	const log = await shell.kubectl(["logs", pod, "-n", namespace, "-c", SIDECAR_CONTAINER]);
	return log.split("\n").filter((line) => line !== "");
}
