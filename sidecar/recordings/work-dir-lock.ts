import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { isAlive, readProcess } from "../targets/process-info.ts";

/** Another agent works in the same folder. */
export class WorkDirInUseError extends Error {
	override name = "WorkDirInUseError";
}

/**
 * Keeps two agents out of one work folder: the second would take the first one's recordings for left over.
 * The lock of an agent that was killed counts for nothing.
 * @returns gives the lock back
 * @throws WorkDirInUseError
 */
export async function lockWorkDir(workDir: string): Promise<() => Promise<void>> {
	await mkdir(workDir, { recursive: true, mode: 0o700 });
	const path = join(workDir, "agent.lock");
	const own = await readProcess(process.pid);
	const content = JSON.stringify({ pid: process.pid, startTime: own?.startTime ?? 0 });
	for (;;) {
		try {
			await writeFile(path, content, { flag: "wx", mode: 0o600 });
			return () => rm(path, { force: true });
		} catch (error) {
			if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
		}
		const holder = await readHolder(path);
		if (holder !== undefined && (await isAlive(holder))) {
			throw new WorkDirInUseError(`The agent with PID ${holder.pid} works in ${workDir}`);
		}
		await rm(path, { force: true });
	}
}

async function readHolder(path: string): Promise<{ pid: number; startTime: number } | undefined> {
	try {
		const { pid, startTime } = JSON.parse(await readFile(path, "utf8"));
		return { pid: Number(pid), startTime: Number(startTime) };
	} catch {
		return undefined;
	}
}
