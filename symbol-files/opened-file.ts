import { closeSync, fstatSync, readSync } from "node:fs";
import type { ByteSource } from "../profile/symbols/elf.ts";

/** A file of a target, open for reading. */
export interface OpenedFile extends ByteSource {
	/** the same for the same contents, whatever the path */
	readonly identity: string;
	/** Afterwards nothing can be read any more: its descriptor may be another file's. */
	close(): void;
}

/** @param descriptor of a regular file; belongs to what is returned */
export function openedFile(descriptor: number): OpenedFile {
	const { dev, ino, size, mtimeMs, ctimeMs } = fstatSync(descriptor);
	let isOpen = true;
	return {
		size,
		identity: `${dev}:${ino}:${size}:${mtimeMs}:${ctimeMs}`,
		read(offset, length) {
			const bytes = new Uint8Array(Math.max(0, Math.min(length, size - offset)));
			let filled = 0;
			// a file may shrink while it is read, which is no reason to wait
			while (isOpen && filled < bytes.length) {
				const count = readSync(descriptor, bytes, filled, bytes.length - filled, offset + filled);
				if (count === 0) break;
				filled += count;
			}
			return filled === bytes.length ? bytes : bytes.subarray(0, filled);
		},
		close() {
			if (isOpen) closeSync(descriptor);
			isOpen = false;
		},
	};
}
