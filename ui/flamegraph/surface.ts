import { element } from "../profile-view/dom.ts";
import { FONT } from "./paint.ts";

/** A canvas as large as its scrolling frame, over content that may be much taller. Lengths in CSS pixels. */
export interface Surface {
	/** scrolls, has the focus and gets the events */
	readonly frame: HTMLElement;
	readonly context: CanvasRenderingContext2D;
	readonly charWidth: number;
	readonly width: number;
	readonly height: number;
	scrollTop: number;
	/** gives the content its height; the frame follows up to what its style allows */
	setContent(height: number): void;
	destroy(): void;
}

export function createSurface(host: HTMLElement, onChange: () => void): Surface {
	const canvas = element("canvas", { class: "fp-canvas", "aria-hidden": "true" });
	const content = element("div", { class: "fp-content" }, canvas);
	const frame = element("div", { class: "fp-graph", tabindex: "0" }, content);
	host.append(frame);
	const context = contextOf(canvas);
	context.font = FONT;
	const charWidth = context.measureText("0").width;
	const observer = new ResizeObserver(() => {
		fit(canvas, frame);
		onChange();
	});
	observer.observe(frame);
	frame.addEventListener("scroll", onChange, { passive: true });
	fit(canvas, frame);
	return {
		frame,
		context,
		charWidth,
		get width() {
			return frame.clientWidth;
		},
		get height() {
			return frame.clientHeight;
		},
		get scrollTop() {
			return frame.scrollTop;
		},
		set scrollTop(top) {
			frame.scrollTop = top;
		},
		setContent(height) {
			content.style.height = `${height}px`;
			frame.style.height = `${height + 2}px`;
			fit(canvas, frame);
		},
		destroy() {
			observer.disconnect();
			frame.remove();
		},
	};
}

/** Gives the canvas the pixels of the screen, so that text is as sharp as elsewhere. */
function fit(canvas: HTMLCanvasElement, frame: HTMLElement): void {
	const ratio = devicePixelRatio || 1;
	const width = Math.round(frame.clientWidth * ratio);
	const height = Math.round(frame.clientHeight * ratio);
	if (canvas.width === width && canvas.height === height) return;
	canvas.width = width;
	canvas.height = height;
	canvas.style.width = `${frame.clientWidth}px`;
	canvas.style.height = `${frame.clientHeight}px`;
	contextOf(canvas).setTransform(ratio, 0, 0, ratio, 0, 0);
}

function contextOf(canvas: HTMLCanvasElement): CanvasRenderingContext2D {
	const context = canvas.getContext("2d");
	if (context === null) throw new Error("This browser has no 2D canvas");
	return context;
}
