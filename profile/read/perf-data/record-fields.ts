import type { MappedFile } from "./mappings.ts";
import { MISC, RECORD } from "./record-types.ts";
import { unsignedAt } from "./words.ts";

/** What a record of each type has at least, in bytes. */
export const SMALLEST: Readonly<Record<number, number>> = {
	[RECORD.mmap]: 40,
	[RECORD.mmap2]: 72,
	[RECORD.comm]: 16,
	[RECORD.exit]: 24,
	[RECORD.fork]: 24,
	[RECORD.lost]: 24,
	[RECORD.lostSamples]: 16,
};

const PROT_EXEC = 4;

/** Code that was mapped, as a record tells it. */
export interface MappingRecord {
	/** its `buildId` is empty where the record has none */
	readonly file: MappedFile;
	readonly fileOffset: number;
}

/** @returns undefined: data, or the kernel's own */
export function mappingOf(
	type: number,
	view: DataView<ArrayBuffer>,
	at: number,
	size: number,
): MappingRecord | undefined {
	const isCode =
		type === RECORD.mmap2
			? size >= SMALLEST[RECORD.mmap2] && (view.getUint32(at + 64, true) & PROT_EXEC) !== 0
			: type === RECORD.mmap && size >= SMALLEST[RECORD.mmap] && !hasBit13(view, at);
	const pid = isCode ? view.getInt32(at + 8, true) : -1;
	if (pid === -1) return undefined;
	const start = unsignedAt(view, at + 16);
	const hasBuildId = type === RECORD.mmap2 && (view.getUint16(at + 4, true) & MISC.mmapBuildId) !== 0;
	return {
		file: {
			path: textAt(view, at + (type === RECORD.mmap ? 40 : 72), at + size),
			buildId: hasBuildId ? hexOf(view, at + 44, Math.min(view.getUint8(at + 40), 20)) : "",
			inode: type === RECORD.mmap2 && !hasBuildId ? inodeAt(view, at + 40) : "",
			pid,
			start,
			end: start + unsignedAt(view, at + 24),
		},
		fileOffset: unsignedAt(view, at + 32),
	};
}

export interface CommandRecord {
	readonly pid: number;
	readonly tid: number;
	readonly command: string;
	/** a new program is being loaded */
	readonly exec: boolean;
}

export function commandOf(view: DataView<ArrayBuffer>, at: number, size: number): CommandRecord {
	return {
		pid: view.getInt32(at + 8, true),
		tid: view.getInt32(at + 12, true),
		command: textAt(view, at + 16, at + size),
		exec: hasBit13(view, at),
	};
}

export interface ForkRecord {
	readonly child: { readonly pid: number; readonly tid: number };
	readonly parent: { readonly pid: number; readonly tid: number };
	/** made up by perf for what ran already */
	readonly synthesized: boolean;
}

export function forkOf(view: DataView<ArrayBuffer>, at: number): ForkRecord {
	return {
		child: { pid: view.getInt32(at + 8, true), tid: view.getInt32(at + 16, true) },
		parent: { pid: view.getInt32(at + 12, true), tid: view.getInt32(at + 20, true) },
		synthesized: hasBit13(view, at),
	};
}

/** @returns the id of the thread that ended */
export function exitedThreadOf(view: DataView, at: number): number {
	return view.getInt32(at + 16, true);
}

/** A build-id as a record, or an entry of a file's table of them; `at` of its header. */
export function buildIdOf(
	view: DataView<ArrayBuffer>,
	at: number,
	size: number,
): { path: string; buildId: string } | undefined {
	if (size < 37) return undefined;
	const isSized = (view.getUint16(at + 4, true) & MISC.bit15) !== 0;
	const length = isSized ? Math.min(view.getUint8(at + 32), 20) : 20;
	return { path: textAt(view, at + 36, at + size), buildId: hexOf(view, at + 12, length) };
}

/** What perf calls an event, sent after its attributes; undefined: it tells something else of it. */
export function eventNameOf(
	view: DataView<ArrayBuffer>,
	at: number,
	size: number,
): { id: number; name: string } | undefined {
	if (size < 25 || unsignedAt(view, at + 8) !== EVENT_NAME) return undefined;
	return { id: unsignedAt(view, at + 16), name: textAt(view, at + 24, at + size) };
}

/** After unit (0) and scale (1), before the CPUs. */
const EVENT_NAME = 2;

function hasBit13(view: DataView, at: number): boolean {
	return (view.getUint16(at + 4, true) & MISC.bit13) !== 0;
}

const UTF8 = new TextDecoder();

/** @returns the text at `start`, up to its 0 or to `end` */
function textAt(view: DataView<ArrayBuffer>, start: number, end: number): string {
	const bytes = new Uint8Array(view.buffer, view.byteOffset + start, end - start);
	const length = bytes.indexOf(0);
	return UTF8.decode(length === -1 ? bytes : bytes.subarray(0, length));
}

/** @returns empty for what has no file */
function inodeAt(view: DataView, offset: number): string {
	const inode = unsignedAt(view, offset + 8);
	if (inode === 0) return "";
	const device = `${view.getUint32(offset, true)}:${view.getUint32(offset + 4, true)}`;
	return `${device}:${inode}:${unsignedAt(view, offset + 16)}`;
}

function hexOf(view: DataView<ArrayBuffer>, offset: number, length: number): string {
	const bytes = new Uint8Array(view.buffer, view.byteOffset + offset, length);
	return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
