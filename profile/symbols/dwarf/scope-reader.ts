import { ElfError } from "../elf.ts";
import type { Abbreviation, Abbreviations } from "./abbreviations.ts";
import { SLOT, TAG } from "./constants.ts";
import { Cursor } from "./cursor.ts";
import { Entry, skipEntry } from "./entry.ts";
import { type RangeContext, readRanges } from "./ranges.ts";
import { Scopes } from "./scopes.ts";

/** Compilers nest by some dozens. */
const DEEPEST = 4096;
/** Entries around a function that lend it their names: the innermost ones. */
const MOST_NAMING = 64;
const NO_SCOPE = -1;
const NO_NAME = 0;
/** What names what stands inside of it. */
const NAMING: ReadonlySet<number> = new Set([
	TAG.namespace,
	TAG.module,
	TAG.classType,
	TAG.structureType,
	TAG.unionType,
	TAG.subprogram,
]);

/** Reads the functions of one unit in steps, since some have millions of entries. */
export class ScopeReader {
	readonly scopes = new Scopes();
	readonly #context: RangeContext;
	readonly #abbreviations: Abbreviations;
	readonly #cursor: Cursor;
	readonly #entry = new Entry();
	/** of the entries around the one that is read: the scope that each is, and where it begins if it lends its name */
	readonly #openScope: number[] = [];
	readonly #openName: number[] = [];

	constructor(context: RangeContext, abbreviations: Abbreviations) {
		const { sections, unit } = context;
		this.#context = context;
		this.#abbreviations = abbreviations;
		this.#cursor = new Cursor(sections.info, unit.entries, unit.end);
	}

	/** Reads at most so many entries. @returns whether that was all @throws ElfError */
	step(most: number): boolean {
		const before = this.#cursor.at;
		const isAll = this.#read(most);
		// an entry has a byte or more
		this.#context.work.spend(Math.min(most, this.#cursor.at - before));
		return isAll;
	}

	#read(most: number): boolean {
		const cursor = this.#cursor;
		const { work } = this.#context;
		// lists of ranges are work, too
		const enough = work.left - most;
		for (let left = most; left > 0 && work.left >= enough; left--) {
			if (cursor.isAtEnd) return this.#finish();
			const start = cursor.at;
			const code = cursor.unsigned();
			if (code === 0) {
				this.#close();
				if (this.#openScope.length === 0) return this.#finish();
				continue;
			}
			const abbreviation = this.#abbreviations[code];
			if (abbreviation === undefined) throw new ElfError(`there is no abbreviation ${code} at ${start}`);
			const scope = this.#readEntry(abbreviation, start);
			if (abbreviation.hasChildren) this.#open(scope, NAMING.has(abbreviation.tag) ? start : NO_NAME);
			else if (scope !== NO_SCOPE) this.scopes.end[scope] = this.scopes.length;
		}
		return false;
	}

	/** @returns the scope that the entry is */
	#readEntry(abbreviation: Abbreviation, start: number): number {
		const { tag } = abbreviation;
		if (tag !== TAG.subprogram && tag !== TAG.inlinedSubroutine) {
			skipEntry(this.#cursor, abbreviation, this.#context.unit);
			return NO_SCOPE;
		}
		const entry = this.#entry;
		entry.read(this.#cursor, abbreviation, this.#context.unit);
		if (tag === TAG.subprogram) this.#noteNames(start);
		if (!entry.has(SLOT.low) && !entry.has(SLOT.ranges)) return NO_SCOPE;
		const { scopes } = this;
		const scope = scopes.add(start - this.#context.unit.start, tag === TAG.inlinedSubroutine);
		if (entry.has(SLOT.callFile)) scopes.callFile[scope] = entry.values[SLOT.callFile];
		if (entry.has(SLOT.callLine)) scopes.callLine[scope] = entry.values[SLOT.callLine];
		readRanges(this.#context, entry, (low, high) => scopes.addRange(low, high));
		return scope;
	}

	/** A function that is known to its file alone may have no mangled name, from which its namespace could be seen. */
	#noteNames(start: number): void {
		const entry = this.#entry;
		if (!entry.has(SLOT.name) || entry.has(SLOT.linkageName)) return;
		if (entry.has(SLOT.abstractOrigin) || entry.has(SLOT.specification)) return;
		const names = this.#openName.slice(-MOST_NAMING).filter((name) => name !== NO_NAME);
		if (names.length > 0) this.scopes.nameBy(start, names);
	}

	#open(scope: number, name: number): void {
		if (this.#openScope.length === DEEPEST) throw new ElfError("its debug information is nested too deeply");
		this.#openScope.push(scope);
		this.#openName.push(name);
	}

	#close(): void {
		const scope = this.#openScope.pop() ?? NO_SCOPE;
		this.#openName.pop();
		if (scope !== NO_SCOPE) this.scopes.end[scope] = this.scopes.length;
	}

	#finish(): true {
		while (this.#openScope.length > 0) this.#close();
		this.scopes.finish();
		return true;
	}
}
