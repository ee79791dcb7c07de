import type { CallTree } from "../../profile/call-tree.ts";
import { depthOf } from "../../profile/layout-view.ts";
import { Camera } from "./camera.ts";
import { commandOf } from "./keys.ts";
import { paint } from "./paint.ts";
import { carryOver } from "./path.ts";
import { type Picture, type PictureOptions, pictureOf, withMatches } from "./picture.ts";
import { listenToPointer } from "./pointer.ts";
import { boxUnder, middleOf, type Point, ROW, type Scene, scrollToRow, weightAt } from "./scene.ts";
import { schemeOf } from "./scheme.ts";
import { obey, type Steerable } from "./steer.ts";
import { createSurface, type Surface } from "./surface.ts";
import { type Direction, step } from "./walk.ts";
import { isWhole, moved, rangeOf, scaled, WHOLE, zoomOf, zoomOnNode } from "./zoom.ts";

export interface FlamegraphEvents {
	/** the pointer is over a node, or over none */
	onPoint(node: number | null): void;
	/** the keyboard's frame changed; `announce`: because of a key */
	onFocus(node: number, announce: boolean): void;
	onZoom(zoomed: boolean): void;
	onSearchKey(): void;
}

export interface FlamegraphLook extends PictureOptions {
	rootOnTop: boolean;
}

/** Rows are never fewer than this high, so that a first sample does not make the page jump. */
const LEAST_ROWS = 8;

/** A flamegraph on a canvas: holds zoom and focus, draws on demand, and keeps both while its tree grows. */
export class Flamegraph implements Steerable {
	readonly #surface: Surface;
	readonly #events: FlamegraphEvents;
	#look: FlamegraphLook;
	#picture: Picture | null = null;
	#marks: Uint8Array | null = null;
	readonly #camera: Camera;
	#focus = 0;
	#hover = -1;
	#frameRequest = 0;

	constructor(host: HTMLElement, look: FlamegraphLook, events: FlamegraphEvents) {
		this.#look = look;
		this.#events = events;
		this.#camera = new Camera((zoomed) => {
			events.onZoom(zoomed);
			this.repaint();
		});
		this.#surface = createSurface(host, () => this.repaint());
		const { frame } = this.#surface;
		frame.addEventListener("keydown", (event) => this.#onKey(event));
		frame.addEventListener("focus", () => this.repaint());
		frame.addEventListener("blur", () => this.repaint());
		listenToPointer(frame, {
			onPoint: (at) => this.#pointAt(at),
			onPick: (at) => this.#pick(at),
			onPan: (pixels) => this.#pan(pixels),
			onScale: (factor, x) => this.#scale(factor, (scene) => weightAt(scene, x)),
		});
	}

	/** The element that takes focus and keys, for its name and role. */
	get frame(): HTMLElement {
		return this.#surface.frame;
	}

	get focus(): number {
		return this.#focus;
	}

	/** Shows this tree; zoom and focus stay where they are. What was found is to be told anew. */
	setTree(tree: CallTree): void {
		const previous = this.#picture?.tree;
		if (previous !== undefined && previous !== tree) {
			const carry = (node: number) => carryOver(previous, tree, node);
			this.#focus = carry(this.#focus);
			this.#camera.renumber(carry);
		}
		this.#marks = null;
		this.#redraw(tree);
	}

	setLook(look: FlamegraphLook): void {
		this.#look = look;
		if (this.#picture !== null) this.#redraw(this.#picture.tree);
		this.#surface.scrollTop = look.rootOnTop ? 0 : this.#contentHeight();
	}

	/** @param marks 1 for each frame to be shown as found; null: no search */
	setMatches(marks: Uint8Array | null): void {
		this.#marks = marks;
		if (this.#picture !== null) this.#picture = withMatches(this.#picture, marks);
		this.repaint();
	}

	/** Zooms to a node's caller, so that the node is seen in its surroundings, and puts the focus on it. */
	showNode(node: number): void {
		if (this.#picture === null) return;
		this.#camera.go(zoomOnNode(Math.max(this.#picture.tree.parent[node], 0)));
		this.#moveFocus(node, true);
	}

	get rootOnTop(): boolean {
		return this.#look.rootOnTop;
	}

	step(direction: Direction): void {
		const scene = this.#scene();
		if (scene === null) return;
		const { layout, range, width } = scene;
		const narrowest = ((range.to - range.from) / width) * 0.5;
		const box = Math.max(layout.boxOfNode[this.#focus], 0);
		this.#moveFocus(layout.node[step({ layout, range, narrowest }, box, direction)], true);
	}

	zoomToFocus(): void {
		this.#camera.go(zoomOnNode(this.#focus));
		this.#moveFocus(this.#focus, true);
	}

	showAll(): void {
		this.#camera.go(WHOLE);
		this.#moveFocus(0, true);
	}

	back(): void {
		this.#camera.back();
	}

	page(by: 1 | -1): void {
		this.#surface.scrollTop += by * (this.#surface.height - ROW);
	}

	scaleAtFocus(factor: number): void {
		this.#scale(factor, (scene) => middleOf(scene, this.#focus));
	}

	search(): void {
		this.#events.onSearchKey();
	}

	/** Draws with the next frame of the screen. */
	repaint(): void {
		cancelAnimationFrame(this.#frameRequest);
		this.#frameRequest = requestAnimationFrame(() => this.#draw());
	}

	destroy(): void {
		cancelAnimationFrame(this.#frameRequest);
		this.#surface.destroy();
	}

	#redraw(tree: CallTree): void {
		const hovered = this.#hover < 0 ? undefined : this.#picture?.layout.node[this.#hover];
		const fromEnd = this.#contentHeight() - this.#surface.scrollTop;
		this.#picture = pictureOf(tree, this.#look, this.#marks);
		this.#hover = hovered === undefined ? -1 : (this.#picture.layout.boxOfNode[hovered] ?? -1);
		this.#surface.setContent(this.#contentHeight());
		// a graph that stands on its root grows upwards: what is looked at stays where it is
		if (!this.#look.rootOnTop) this.#surface.scrollTop = this.#contentHeight() - fromEnd;
		this.repaint();
	}

	#contentHeight(): number {
		return Math.max(this.#picture?.layout.depths ?? 0, LEAST_ROWS) * ROW;
	}

	#scene(): Scene | null {
		if (this.#picture === null) return null;
		const { layout } = this.#picture;
		const { width, height, scrollTop, charWidth, frame } = this.#surface;
		return {
			...this.#picture,
			scheme: schemeOf(frame),
			range: rangeOf(layout, this.#camera.zoom),
			width,
			height,
			scrollTop,
			content: Math.max(this.#contentHeight(), height),
			rootOnTop: this.#look.rootOnTop,
			focus: document.activeElement === frame ? layout.boxOfNode[this.#focus] : -1,
			hover: this.#hover,
			charWidth,
		};
	}

	#draw(): void {
		const scene = this.#scene();
		if (scene !== null) paint(this.#surface.context, scene);
	}

	#pointAt(at: Point | null): void {
		const scene = this.#scene();
		const box = scene === null || at === null ? -1 : boxUnder(scene, at);
		if (box === this.#hover) return;
		this.#hover = box;
		this.#events.onPoint(box < 0 ? null : (scene?.layout.node[box] ?? null));
		this.repaint();
	}

	#pick(at: Point): void {
		const scene = this.#scene();
		const box = scene === null ? -1 : boxUnder(scene, at);
		if (scene === null || box < 0) return;
		const node = scene.layout.node[box];
		this.#camera.go(zoomOnNode(node));
		this.#moveFocus(node, false);
	}

	#pan(pixels: number): boolean {
		const scene = this.#scene();
		if (scene === null || isWhole(this.#camera.zoom)) return false;
		const by = (pixels / scene.width) * (scene.range.to - scene.range.from);
		this.#camera.adjust(zoomOf(scene.layout, moved(scene.range, by, scene.layout.width)));
		return true;
	}

	#scale(factor: number, centre: (scene: Scene) => number): void {
		const scene = this.#scene();
		if (scene === null) return;
		const { layout, range } = scene;
		this.#camera.adjust(zoomOf(layout, scaled(range, factor, centre(scene), layout.width)));
	}

	#moveFocus(node: number, announce: boolean): void {
		this.#focus = node;
		this.#revealRow(node);
		this.#events.onFocus(node, announce);
		this.repaint();
	}

	#revealRow(node: number): void {
		const scene = this.#scene();
		const box = scene?.layout.boxOfNode[node] ?? -1;
		if (scene !== null && box >= 0) this.#surface.scrollTop += scrollToRow(scene, depthOf(scene.layout, box));
	}

	#onKey(event: KeyboardEvent): void {
		const command = commandOf(event);
		if (command === undefined || this.#picture === null) return;
		event.preventDefault();
		obey(command, this);
	}
}
