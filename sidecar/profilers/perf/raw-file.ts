import { type FileHandle, open, rm } from "node:fs/promises";

/** perf's own bytes on disk, up to a limit. */
export interface RawFile {
	/** is there anything to keep, and is it all there? */
	isKept(): boolean;
	/** Never rejects: raw data is a convenience, its loss is told and the recording goes on. */
	write(records: Buffer): Promise<void>;
	close(): Promise<void>;
}

/**
 * @param limit in bytes; beyond it the file is removed, since the first part of a recording would pass for the whole
 * @param onDropped told why
 */
export function createRawFile(path: string, limit: number, onDropped: (reason: string) => void): RawFile {
	let size = 0;
	let kept = true;
	let file: FileHandle | undefined;
	const drop = async (reason: string) => {
		kept = false;
		onDropped(`perf's raw data is not kept: ${reason}.`);
		await file?.close().catch(() => undefined);
		file = undefined;
		await rm(path, { force: true }).catch(() => undefined);
	};
	const opened = open(path, "w", 0o600).then(
		(handle) => {
			file = handle;
		},
		(error: Error) => drop(error.message),
	);
	return {
		isKept: () => kept && size > 0,
		async write(records) {
			await opened;
			if (!kept || file === undefined) return;
			size += records.length;
			if (size > limit) return drop(tooLarge(limit));
			try {
				for (let at = 0; at < records.length; ) at += (await file.write(records, at)).bytesWritten;
			} catch (error) {
				await drop((error as Error).message);
			}
		},
		async close() {
			await opened;
			await file?.close().catch(() => undefined);
			file = undefined;
		},
	};
}

function tooLarge(limit: number): string {
	const mebibytes = Math.floor(limit / 2 ** 20);
	return mebibytes === 0 ? "the agent's work folder is full" : `it is larger than ${mebibytes} MiB`;
}
