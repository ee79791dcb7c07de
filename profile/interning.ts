import { cleanName, cleanText, detachText } from "./frame-name.ts";
import type { Frame, SampleLabel, Thread } from "./model.ts";

/** Things that are equal by a key, numbered as they are met. */
class Interned<T> {
	readonly items: T[] = [];
	readonly #index = new Map<string, number>();

	protected numberOf(key: string, make: () => T): number {
		const known = this.#index.get(key);
		if (known !== undefined) return known;
		this.#index.set(key, this.items.length);
		return this.items.push(make()) - 1;
	}
}

export class InternedFrames extends Interned<Frame> {
	/** @returns the index of the frame, its texts cleaned (see frame-name.ts); equal frames have one index */
	add({ name, module, kind, file, line }: Frame): number {
		const clean: Frame = {
			name: cleanName(name),
			module: cleanText(module),
			kind,
			file: cleanText(file),
			line,
		};
		const key = `${kind}\n${line}\n${clean.module}\n${clean.file}\n${clean.name}`;
		return this.numberOf(key, () => ({
			...clean,
			name: detachText(clean.name),
			module: detachText(clean.module),
			file: detachText(clean.file),
		}));
	}
}

export class InternedThreads extends Interned<Thread> {
	/** @returns the index of the thread with these labels, whatever their order */
	add({ pid, tid, name, labels }: Thread): number {
		const clean = cleanText(name);
		const thread = `${pid}/${tid}/${clean}`;
		if (labels === undefined || labels.length === 0) {
			return this.numberOf(thread, () => ({ pid, tid, name: detachText(clean) }));
		}
		const sorted = labels.map(cleanLabel).sort((one, other) => (keyOf(one) < keyOf(other) ? -1 : 1));
		const key = `${thread}\n${sorted.map(keyOf).join("\n")}`;
		return this.numberOf(key, () => ({ pid, tid, name: detachText(clean), labels: sorted }));
	}
}

function cleanLabel({ key, value, unit }: SampleLabel): SampleLabel {
	return {
		key: detachText(cleanText(key)),
		value: typeof value === "string" ? detachText(cleanText(value)) : value,
		unit: detachText(cleanText(unit)),
	};
}

/** Cleaned texts have no line feeds. */
function keyOf({ key, value, unit }: SampleLabel): string {
	return `${key}\n${typeof value}\n${value}\n${unit}`;
}
