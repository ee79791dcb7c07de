import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { toolPath } from "../../cluster/commands.ts";
import type { Shell } from "../../cluster/shell.ts";

export interface PortForward {
	/** on 127.0.0.1 */
	port: number;
	close(): Promise<void>;
}

/**
 * `kubectl port-forward`, the way README tells people to reach Furnace. It ends with the pod it has chosen.
 * @param target `service/NAME` or `pod/NAME`
 */
export async function forwardPort(
	shell: Shell,
	namespace: string,
	target: string,
	port: number,
): Promise<PortForward> {
	const args = ["port-forward", "-n", namespace, target, `:${port}`];
	const child = spawn("kubectl", args, {
		env: { ...shell.environment, PATH: `${shell.environment.PATH}:${toolPath()}` },
		stdio: ["ignore", "pipe", "pipe"],
	});
	let words = "";
	child.stderr.on("data", (chunk) => {
		words += chunk;
	});
	const ended = once(child, "exit");
	const failed = ended.then(() => Promise.reject(new Error(`kubectl port-forward ended: ${words}`)));
	const lines = createInterface({ input: child.stdout });
	const local = new Promise<number>((resolve) => {
		lines.on("line", (line) => {
			const match = /^Forwarding from 127\.0\.0\.1:(\d+)/.exec(line);
			if (match !== null) resolve(Number(match[1]));
		});
	});
	// After the first line nobody waits for its end any more, and that is no mistake.
	failed.catch(() => {});
	return {
		port: await Promise.race([local, failed]),
		async close() {
			child.kill();
			await ended;
		},
	};
}
