import { createServer, type Server } from "node:net";
import { ClusterError, progress } from "./outcomes.ts";
import { sleep } from "./waiting.ts";

const PATIENCE_MS = 1_800_000;

/**
 * Works on the cluster while nobody else does: two that start or stop it at once would trip each other up.
 * The lock is a socket in Linux's abstract namespace. It is no file, and the kernel gives it back however its holder ends.
 */
export async function exclusively<T>(name: string, work: () => Promise<T>): Promise<T> {
	const lock = await take(name);
	try {
		return await work();
	} finally {
		lock.close();
	}
}

async function take(name: string): Promise<Server> {
	const deadline = performance.now() + PATIENCE_MS;
	for (let told = false; ; told = true) {
		const lock = await claim(name);
		if (lock !== undefined) return lock;
		if (performance.now() > deadline)
			throw new ClusterError(`another command still works on the cluster (${name})`);
		if (!told) progress("waiting for another command that works on the cluster");
		await sleep(100);
	}
}

/** @returns undefined when somebody else has it */
function claim(name: string): Promise<Server | undefined> {
	return new Promise((resolve, reject) => {
		const server = createServer((socket) => socket.destroy());
		server.once("error", (error: NodeJS.ErrnoException) =>
			error.code === "EADDRINUSE" ? resolve(undefined) : reject(error),
		);
		server.listen(`\0${name}`, () => resolve(server));
	});
}
