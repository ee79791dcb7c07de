import { BASE_IMAGE } from "./base-image.ts";

const SERVER = `require("node:http").createServer((_, response) => response.end("hello from a pod\\n")).listen(8080)`;
/** Asks until it is answered: rules and names of a Service come a moment after it. */
export const ASKING = `
const ask = () => fetch("http://hello.default.svc").then((response) => response.text())
	.then((text) => process.stdout.write(text), () => setTimeout(ask, 100));
ask();`;

export const HELLO_POD = {
	apiVersion: "v1",
	kind: "Pod",
	metadata: { name: "hello", labels: { app: "hello" } },
	spec: {
		terminationGracePeriodSeconds: 1,
		containers: [
			{
				name: "server",
				image: BASE_IMAGE,
				command: ["node", "--eval", SERVER],
				ports: [{ containerPort: 8080, hostPort: 18080 }],
				readinessProbe: { tcpSocket: { port: 8080 }, periodSeconds: 1 },
			},
		],
	},
};

export const HELLO_SERVICE = {
	apiVersion: "v1",
	kind: "Service",
	metadata: { name: "hello" },
	spec: { selector: { app: "hello" }, ports: [{ port: 80, targetPort: 8080 }] },
};

export const ASK_JOB = {
	apiVersion: "batch/v1",
	kind: "Job",
	metadata: { name: "ask" },
	spec: {
		backoffLimit: 0,
		template: {
			spec: {
				restartPolicy: "Never",
				containers: [{ name: "ask", image: BASE_IMAGE, command: ["node", "--eval", ASKING] }],
			},
		},
	},
};
