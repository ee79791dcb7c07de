import type { JsonValue } from "./json-value.ts";

/** Weights are whole numbers of at most 64 bits here. */
const LARGEST = 2 ** 62;

/** Makes whole numbers of weights that are none, so that what is rounded away from one comes back with another. */
export class WholeWeights {
	readonly #scale: number;
	#rest = 0;

	/** @param scale how many whole ones a weight of 1 is */
	constructor(scale: number) {
		this.#scale = scale;
	}

	/** @throws ProfileFormatError for what is no number, or one beyond 62 bits */
	of(json: JsonValue): number {
		return this.ofNumber(json.number(), json);
	}

	/** @param json where the number stands */
	ofNumber(weight: number, json: JsonValue): number {
		const exact = weight * this.#scale;
		if (!(Math.abs(exact) <= LARGEST)) json.fail("a weight of more than 62 bits");
		const nearest = Math.round(exact);
		// a whole number that went through a decimal fraction, and lost nothing
		if (Math.abs(exact - nearest) <= Math.abs(exact) * 4 * Number.EPSILON) return nearest;
		const whole = Math.round(exact + this.#rest);
		this.#rest += exact - whole;
		return whole;
	}
}
