import { spawn } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { ImageError } from "./progress.ts";

/** podman, or docker where there is no podman: whatever is asked of them here, both understand. */
export interface ContainerTool {
	readonly name: string;
	/** @returns its standard output. @throws ImageError with the end of what it said */
	run(...args: string[]): Promise<string>;
}

const TAIL_LENGTH = 4000;

/** @throws ImageError neither is there */
export function findContainerTool(environment: NodeJS.ProcessEnv = process.env): ContainerTool {
	const name = ["podman", "docker"].find((command) => isOnPath(command, environment.PATH ?? ""));
	if (name === undefined) {
		throw new ImageError(
			"Images are built with podman (or docker), which is missing. Run: apt-get install podman",
		);
	}
	return { name, run: (...args) => runTool(name, args, environment) };
}

function runTool(name: string, args: string[], environment: NodeJS.ProcessEnv): Promise<string> {
	return new Promise((resolve, reject) => {
		// chroot needs neither a container runtime nor control groups: builds work inside containers too
		const env = { BUILDAH_ISOLATION: "chroot", ...environment };
		const child = spawn(name, args, { env, stdio: ["ignore", "pipe", "pipe"] });
		let output = "";
		let tail = "";
		child.stdout.on("data", (chunk) => {
			output += chunk;
		});
		for (const stream of [child.stdout, child.stderr]) {
			stream.on("data", (chunk) => {
				tail = `${tail}${chunk}`.slice(-TAIL_LENGTH);
			});
		}
		child.on("error", (cause) =>
			reject(new ImageError(`${name} cannot be started: ${cause.message}`, { cause })),
		);
		child.on("close", (code, signal) => {
			if (code === 0) resolve(output);
			else reject(new ImageError(`${name} ${args.join(" ")} ended with ${signal ?? code}\n${tail.trim()}`));
		});
	});
}

function isOnPath(command: string, path: string): boolean {
	return path.split(delimiter).some((folder) => {
		try {
			accessSync(join(folder, command), constants.X_OK);
			return true;
		} catch {
			return false;
		}
	});
}
