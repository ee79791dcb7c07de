import { cleanText } from "../../frame-name.ts";
import type { Demangle } from "../demangle.ts";
import { ElfError } from "../elf.ts";
import { SLOT, TAG } from "./constants.ts";
import { Cursor } from "./cursor.ts";
import { Entry } from "./entry.ts";
import type { Unit } from "./unit.ts";
import type { Units } from "./units.ts";
import { referenceOf, textOf } from "./values.ts";

/** From a piece of code to its function, and from there to the declaration: two or three steps. */
const MOST_STEPS = 16;
/** Names that are kept: what is asked for is what samples were taken in. */
const MOST_NAMES = 65_536;
const ANONYMOUS = "(anonymous namespace)";

/** Names of functions by where their entries begin in .debug_info. */
export class FunctionNames {
	readonly #units: Units;
	readonly #demangle: Demangle;
	readonly #known = new Map<number, string>();

	constructor(units: Units, demangle: Demangle) {
		this.#units = units;
		this.#demangle = demangle;
	}

	/**
	 * @param enclosing entries around a function, where it does not say itself what it belongs to
	 * @returns empty: it has none, or it lies in another file @throws ElfError
	 */
	of(start: number, enclosing: ReadonlyMap<number, readonly number[]>): string {
		const known = this.#known.get(start);
		if (known !== undefined) return known;
		// kept: not all of a hostile one's names of any length
		const name = cleanText(this.#find(start, enclosing));
		if (this.#known.size >= MOST_NAMES) this.#known.clear();
		this.#known.set(start, name);
		return name;
	}

	#find(start: number, enclosing: ReadonlyMap<number, readonly number[]>): string {
		let at = start;
		let fallback = "";
		for (let steps = 0; steps < MOST_STEPS; steps++) {
			const found = this.#read(at);
			if (found === undefined) return fallback;
			const { unit, entry } = found;
			const text = (slot: number) => textOf(this.#units.sections, unit, entry, slot);
			const mangled = text(SLOT.linkageName);
			if (mangled !== "") return this.#demangle(mangled);
			const next =
				referenceOf(unit, entry, SLOT.abstractOrigin) ?? referenceOf(unit, entry, SLOT.specification);
			if (fallback === "" && entry.has(SLOT.name)) fallback = this.#qualified(text(SLOT.name), at, enclosing);
			if (next === undefined) return fallback;
			at = next;
		}
		throw new ElfError(`the entry at ${start} refers to itself`);
	}

	#qualified(name: string, start: number, enclosing: ReadonlyMap<number, readonly number[]>): string {
		const around = enclosing.get(start)?.map((each) => this.#nameOfEnclosing(each)) ?? [];
		return this.#demangle([...around, name].filter((part) => part !== "").join("::"));
	}

	#nameOfEnclosing(start: number): string {
		const found = this.#read(start);
		if (found === undefined) return "";
		if (found.tag === TAG.subprogram) return this.of(start, NOTHING);
		const name = cleanText(textOf(this.#units.sections, found.unit, found.entry, SLOT.name));
		return name === "" && found.tag === TAG.namespace ? ANONYMOUS : name;
	}

	#read(start: number): { unit: Unit; entry: Entry; tag: number } | undefined {
		const unit = this.#units.at(start);
		if (unit === undefined) return undefined;
		const cursor = new Cursor(this.#units.sections.info, start, unit.end);
		const abbreviation = this.#units.abbreviationsOf(unit)[cursor.unsigned()];
		if (abbreviation === undefined) throw new ElfError(`there is no entry at ${start}`);
		const entry = new Entry();
		entry.read(cursor, abbreviation, unit);
		return { unit, entry, tag: abbreviation.tag };
	}
}

const NOTHING: ReadonlyMap<number, readonly number[]> = new Map();
