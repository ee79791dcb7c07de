import { ElfError } from "../elf.ts";
import { Cursor } from "./cursor.ts";
import { LineTable } from "./line-table.ts";
import type { DebugSections } from "./sections.ts";
import { SourceFiles } from "./source-files.ts";
import { readLength, type Unit } from "./unit.ts";
import type { Work } from "./work.ts";

const OPERATION = {
	extended: 0,
	copy: 1,
	advanceAddress: 2,
	advanceLine: 3,
	setFile: 4,
	constAddAddress: 8,
	fixedAdvanceAddress: 9,
} as const;
const EXTENDED = { endSequence: 1, setAddress: 2 } as const;

interface Header {
	readonly addressBytes: number;
	readonly instructionBytes: number;
	readonly lineBase: number;
	readonly lineRange: number;
	/** of operations below this number: how many arguments those have that are not known here */
	readonly argumentCounts: readonly number[];
	readonly files: SourceFiles;
	readonly program: number;
	readonly end: number;
}

/** Runs the program that a unit's line table is written as, in steps. */
export class LineProgram {
	readonly table = new LineTable();
	readonly files: SourceFiles;
	readonly #header: Header;
	readonly #cursor: Cursor;
	readonly #work: Work;
	#address = 0;
	#file = 1;
	#line = 1;

	/** @throws ElfError */
	constructor(sections: DebugSections, unit: Unit, work: Work) {
		this.#header = readHeader(sections, unit);
		this.#cursor = new Cursor(sections.lines, this.#header.program, this.#header.end);
		this.#work = work;
		this.files = this.#header.files;
	}

	/** Runs at most so many operations. @returns whether that was all @throws ElfError */
	step(most: number): boolean {
		const before = this.#cursor.at;
		const isAll = this.#runSome(most);
		this.#work.spend(Math.min(most, this.#cursor.at - before));
		return isAll;
	}

	#runSome(most: number): boolean {
		const { argumentCounts, lineBase, lineRange, instructionBytes } = this.#header;
		const cursor = this.#cursor;
		const firstSpecial = argumentCounts.length;
		for (let left = most; left > 0; left--) {
			if (cursor.isAtEnd) {
				this.table.finish();
				return true;
			}
			const operation = cursor.u8();
			if (operation >= firstSpecial) {
				const special = operation - firstSpecial;
				this.#address += Math.floor(special / lineRange) * instructionBytes;
				this.#line += lineBase + (special % lineRange);
				this.#add();
			} else this.#run(operation);
		}
		return false;
	}

	#run(operation: number): void {
		const { argumentCounts, instructionBytes, lineRange } = this.#header;
		const cursor = this.#cursor;
		switch (operation) {
			case OPERATION.extended:
				this.#runExtended();
				return;
			case OPERATION.copy:
				this.#add();
				return;
			case OPERATION.advanceAddress:
				this.#address += cursor.unsigned() * instructionBytes;
				return;
			case OPERATION.advanceLine:
				this.#line += cursor.signed();
				return;
			case OPERATION.setFile:
				this.#file = cursor.unsigned();
				return;
			case OPERATION.constAddAddress:
				this.#address += Math.floor((255 - argumentCounts.length) / lineRange) * instructionBytes;
				return;
			case OPERATION.fixedAdvanceAddress:
				this.#address += cursor.u16();
				return;
			default:
				for (let left = argumentCounts[operation]; left > 0; left--) cursor.unsigned();
		}
	}

	#runExtended(): void {
		const cursor = this.#cursor;
		const length = cursor.unsigned();
		if (length === 0) return;
		const next = cursor.at + length;
		const operation = cursor.u8();
		if (operation === EXTENDED.setAddress) this.#address = cursor.word(Math.min(length - 1, 8));
		else if (operation === EXTENDED.endSequence) {
			this.table.endSequence(this.#address);
			this.#address = 0;
			this.#file = 1;
			this.#line = 1;
		}
		cursor.skip(next - cursor.at);
	}

	#add(): void {
		this.table.add(this.#address, this.#file, Math.max(0, this.#line));
	}
}

function readHeader(sections: DebugSections, unit: Unit): Header {
	const cursor = new Cursor(sections.lines, unit.lines);
	const { length, offsetBytes } = readLength(cursor);
	const end = cursor.at + length;
	const version = cursor.u16();
	if (version < 2 || version > 5)
		throw new ElfError(`the line table at ${unit.lines} is of version ${version}`);
	const addressBytes = version >= 5 ? cursor.u8() : unit.addressBytes;
	// of segments
	if (version >= 5) cursor.u8();
	const headerBytes = cursor.word(offsetBytes);
	const program = cursor.at + headerBytes;
	const instructionBytes = cursor.u8();
	// of instructions that hold several operations, of which no processor of ours knows
	if (version >= 4) cursor.u8();
	// whether a row begins a statement
	cursor.u8();
	const lineBase = (cursor.u8() << 24) >> 24;
	const lineRange = cursor.u8();
	if (lineRange === 0) throw new ElfError(`the line table at ${unit.lines} has a range of 0`);
	const operations = cursor.u8();
	const argumentCounts = [0];
	while (argumentCounts.length < operations) argumentCounts.push(cursor.u8());
	const files = SourceFiles.read(sections, cursor, { version, addressBytes, offsetBytes }, unit.folder);
	return { addressBytes, instructionBytes, lineBase, lineRange, argumentCounts, files, program, end };
}
