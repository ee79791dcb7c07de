import { isWhole, WHOLE, type Zoom } from "./zoom.ts";

const LONGEST_HISTORY = 100;

/** What part of the flamegraph is looked at, and the way back. */
export class Camera {
	#zoom: Zoom = WHOLE;
	#history: Zoom[] = [];
	readonly #onChange: (zoomed: boolean) => void;

	constructor(onChange: (zoomed: boolean) => void) {
		this.#onChange = onChange;
	}

	get zoom(): Zoom {
		return this.#zoom;
	}

	/** Goes somewhere else; `back` returns from there. */
	go(zoom: Zoom): void {
		const { node, start, end } = this.#zoom;
		if (zoom.node === node && zoom.start === start && zoom.end === end) return;
		this.#history = isWhole(zoom) ? [] : [...this.#history.slice(1 - LONGEST_HISTORY), this.#zoom];
		this.adjust(zoom);
	}

	/** Moves within the same look: dragging and wheel are not worth a step back each. */
	adjust(zoom: Zoom): void {
		if (isWhole(this.#zoom) && !isWhole(zoom)) this.#history = [WHOLE];
		this.#zoom = zoom;
		this.#onChange(!isWhole(zoom));
	}

	/** @returns whether there was a way back */
	back(): boolean {
		if (isWhole(this.#zoom)) return false;
		this.adjust(this.#history.pop() ?? WHOLE);
		return true;
	}

	/** The nodes have other numbers now. */
	renumber(numberOf: (node: number) => number): void {
		const renumbered = (zoom: Zoom): Zoom => ({ ...zoom, node: numberOf(zoom.node) });
		this.#zoom = renumbered(this.#zoom);
		this.#history = this.#history.map(renumbered);
	}
}
