import type { Demangle } from "../demangle.ts";
import { ElfError, type ElfFile } from "../elf.ts";
import type { DebugSection } from "./debug-section.ts";
import { FunctionNames } from "./function-names.ts";
import { LineProgram } from "./line-program.ts";
import type { LineTable } from "./line-table.ts";
import { ScopeReader } from "./scope-reader.ts";
import type { Scopes } from "./scopes.ts";
import { openDebugSections } from "./sections.ts";
import type { SourceFiles } from "./source-files.ts";
import type { Unit } from "./unit.ts";
import { Units } from "./units.ts";
import { Work } from "./work.ts";

/** A function at an address, or one that was inlined there. */
export interface InlinedFrame {
	/** empty: not known */
	readonly name: string;
	/** source file; empty: not known */
	readonly file: string;
	/** 1-based; 0: not known */
	readonly line: number;
}

/** What debug information says about addresses of one file. */
export interface Inlines {
	/** what it takes in memory by now, about */
	readonly bytes: number;
	/**
	 * @param address offset in the file that is mapped; of a call the last byte, since what it returns to may already
	 * belong to something else
	 * @returns the function first, then what was inlined into it, deeper and deeper; undefined: nothing is known
	 * @throws ElfError
	 */
	framesAt(address: number): InlinedFrame[] | undefined;
	/** The same in steps of about a millisecond, between which others may get a turn. @throws ElfError */
	stepsTo(address: number): Generator<void, InlinedFrame[] | undefined>;
}

export interface InlinesOptions {
	readonly demangle: Demangle;
	/** what compressed sections may take in memory; default 128 MiB */
	readonly mostUncompressed?: number;
	/** what parsed units may take in memory, about; default 64 MiB */
	readonly mostParsed?: number;
}

interface ParsedUnit {
	readonly scopes: Scopes;
	readonly lines: LineTable | undefined;
	readonly files: SourceFiles | undefined;
	readonly bytes: number;
}

const MOST_UNCOMPRESSED = 128 * 2 ** 20;
const MOST_PARSED = 64 * 2 ** 20;
/** Entries, rows and ranges of one file that are read at most: less than a minute's work. */
const MOST_WORK = 2 ** 28;
/** What is read between two turns: about a millisecond. */
const STEP = 8192;
const UNITS_A_STEP = 64;

/**
 * Reads DWARF 2 to 5. Not read: what was split into other files (.dwo) or moved there by dwz.
 * @param loaded the file that is mapped
 * @param debug the one with the debug information, where that is another
 * @returns undefined: there is no debug information
 * @throws ElfError
 */
export async function readInlines(
	{ loaded, debug }: { readonly loaded: ElfFile; readonly debug?: ElfFile | undefined },
	{ demangle, mostUncompressed = MOST_UNCOMPRESSED, mostParsed = MOST_PARSED }: InlinesOptions,
): Promise<Inlines | undefined> {
	const sections = await openDebugSections(debug ?? loaded, mostUncompressed);
	if (sections === undefined) return undefined;
	const work = new Work(MOST_WORK);
	const units = new Units(sections, work);
	return new DwarfInlines({ loaded, units, work, names: new FunctionNames(units, demangle), mostParsed });
}

interface Parts {
	readonly loaded: ElfFile;
	readonly units: Units;
	readonly work: Work;
	readonly names: FunctionNames;
	readonly mostParsed: number;
}

class DwarfInlines implements Inlines {
	readonly #parts: Parts;
	/** units by use, the latest last */
	readonly #parsed = new Map<Unit, ParsedUnit>();
	#parsedBytes = 0;

	constructor(parts: Parts) {
		this.#parts = parts;
	}

	get bytes(): number {
		const sections = Object.values<DebugSection>({ ...this.#parts.units.sections });
		return this.#parsedBytes + sections.reduce((sum, { bytes }) => sum + bytes, 0);
	}

	framesAt(address: number): InlinedFrame[] | undefined {
		const steps = this.stepsTo(address);
		for (;;) {
			const { done, value } = steps.next();
			if (done) return value;
		}
	}

	*stepsTo(address: number): Generator<void, InlinedFrame[] | undefined> {
		const virtual = virtualAddress(this.#parts.loaded, address);
		if (virtual === undefined) return undefined;
		while (!this.#parts.units.step(UNITS_A_STEP)) yield;
		const unit = this.#parts.units.withCodeAt(virtual);
		return unit && this.#framesIn(unit, yield* this.#unit(unit), virtual);
	}

	#framesIn(unit: Unit, { scopes, lines, files }: ParsedUnit, address: number): InlinedFrame[] | undefined {
		const chain = scopes.at(address);
		const place = lines?.at(address);
		const leaf = { file: place && files ? files.pathOf(place.file) : "", line: place?.line ?? 0 };
		// code that no function claims, as assemblers make it, still has lines
		if (chain.length === 0) return place && [{ name: "", ...leaf }];
		return chain.map((scope, depth) => {
			const name = this.#parts.names.of(unit.start + scopes.entry[scope], scopes.enclosing);
			const inner = chain[depth + 1];
			if (inner === undefined) return { name, ...leaf };
			return { name, file: files?.pathOf(scopes.callFile[inner]) ?? "", line: scopes.callLine[inner] };
		});
	}

	*#unit(unit: Unit): Generator<void, ParsedUnit> {
		const known = this.#parsed.get(unit);
		if (known !== undefined) {
			this.#parsed.delete(unit);
			this.#parsed.set(unit, known);
			return known;
		}
		const { units, work } = this.#parts;
		const { sections } = units;
		const reader = new ScopeReader({ sections, unit, work }, units.abbreviationsOf(unit));
		while (!reader.step(STEP)) {
			this.#checkSize(reader.scopes.bytes);
			yield;
		}
		const program = unit.lines === -1 ? undefined : new LineProgram(sections, unit, work);
		while (program && !program.step(STEP)) {
			this.#checkSize(program.table.bytes);
			yield;
		}
		const { scopes } = reader;
		const bytes = scopes.bytes + (program?.table.bytes ?? 0);
		const parsed = { scopes, lines: program?.table, files: program?.files, bytes };
		this.#keep(unit, parsed);
		return parsed;
	}

	#keep(unit: Unit, parsed: ParsedUnit): void {
		this.#parsed.set(unit, parsed);
		this.#parsedBytes += parsed.bytes;
		for (const [oldest, { bytes }] of this.#parsed) {
			if (this.#parsedBytes <= this.#parts.mostParsed || oldest === unit) break;
			this.#parsed.delete(oldest);
			this.#parsedBytes -= bytes;
		}
		this.#checkSize(parsed.bytes);
	}

	/** @throws ElfError */
	#checkSize(bytes: number): void {
		if (bytes > this.#parts.mostParsed) throw new ElfError("a unit has too much debug information");
	}
}

/** @returns undefined: nothing of the file is loaded from there */
function virtualAddress({ segments }: ElfFile, offset: number): number | undefined {
	const segment = segments.find((one) => offset >= one.offset && offset < one.offset + one.fileSize);
	return segment && offset - segment.offset + segment.address;
}
