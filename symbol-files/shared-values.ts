/**
 * What several recordings read from the same files: made once, and kept for as long as one of them uses it. An idle agent
 * keeps nothing.
 */
export class SharedValues<T extends object> {
	readonly #values = new Map<string, WeakRef<T>>();
	readonly #gone = new FinalizationRegistry<string>((key) => {
		if (this.#values.get(key)?.deref() === undefined) this.#values.delete(key);
	});

	/** @param make called when nobody has it; what is undefined is asked for again the next time */
	get(key: string, make: () => T | undefined): T | undefined {
		const known = this.#values.get(key)?.deref();
		if (known !== undefined) return known;
		const made = make();
		if (made === undefined) return undefined;
		this.#values.set(key, new WeakRef(made));
		this.#gone.register(made, key);
		return made;
	}
}
