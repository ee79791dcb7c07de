export interface PointerHandlers {
	/** the pointer is over this point of the frame; null: it left */
	onPoint(at: { x: number; y: number } | null): void;
	onPick(at: { x: number; y: number }): void;
	/** moved sideways by so many pixels; returns whether there is anything to move */
	onPan(pixels: number): boolean;
	onScale(factor: number, x: number): void;
}

/** Pixels the pointer may move between press and release for it to be a click. */
const SLACK = 4;

/** Click, drag and wheel on the flamegraph; plain wheel and touch scroll as everywhere. */
export function listenToPointer(frame: HTMLElement, handlers: PointerHandlers): void {
	const at = ({ clientX, clientY }: MouseEvent) => {
		const { left, top } = frame.getBoundingClientRect();
		return { x: clientX - left - frame.clientLeft, y: clientY - top - frame.clientTop };
	};
	let drag: { x: number; moved: boolean } | null = null;
	frame.addEventListener("pointerdown", (event) => {
		if (event.button === 0 && event.pointerType === "mouse") drag = { x: event.clientX, moved: false };
	});
	frame.addEventListener("pointermove", (event) => {
		if (drag === null || event.buttons === 0) {
			drag = null;
			handlers.onPoint(at(event));
			return;
		}
		const by = event.clientX - drag.x;
		if (!drag.moved && Math.abs(by) <= SLACK) return;
		if (handlers.onPan(-by)) drag = { x: event.clientX, moved: true };
	});
	frame.addEventListener("pointerleave", () => handlers.onPoint(null));
	frame.addEventListener("click", (event) => {
		const dragged = drag?.moved === true;
		drag = null;
		if (!dragged) handlers.onPick(at(event));
	});
	frame.addEventListener("wheel", (event) => onWheel(event, at(event).x, handlers), { passive: false });
}

function onWheel(event: WheelEvent, x: number, handlers: PointerHandlers): void {
	const sideways = event.shiftKey ? event.deltaX || event.deltaY : event.deltaX;
	if (event.ctrlKey || event.metaKey) {
		event.preventDefault();
		handlers.onScale(1.0015 ** event.deltaY, x);
	} else if (Math.abs(sideways) > (event.shiftKey ? 0 : Math.abs(event.deltaY))) {
		if (handlers.onPan(sideways)) event.preventDefault();
	}
}
