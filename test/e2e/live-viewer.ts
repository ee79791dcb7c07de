import { agentRoutes } from "../../contract/agent-routes.ts";
import type { Client } from "../../contract/client.ts";
import type { CallTree } from "../../profile/call-tree.ts";
import { LiveTree } from "../../profile/live.ts";
import { watchRecording } from "../../ui/api/event-stream.ts";

/** Watches a recording as the page does, with the page's own code. */
export interface LiveViewer {
	/** what it has put together so far */
	tree(): CallTree;
	has(functionName: string): boolean;
	/**
	 * @param number of the event with a whole tree: 1 is that at the beginning, 2 that after the first reconnect
	 * @returns how many changes came after it; -1: it has not come
	 */
	deltasOfTree(number: number): number;
	/** resolves at the recording's end; rejects when it cannot be watched any longer */
	readonly ended: Promise<void>;
}

/** @param onChange called after each event */
export function watchLive(agent: Client, id: string, onChange: () => void = () => {}): LiveViewer {
	const live = new LiveTree();
	const deltas: number[] = [];
	const ended = watchRecording({
		signal: new AbortController().signal,
		open: (signal) => agent.open(agentRoutes.watchRecording, { params: { id }, signal }),
		onTree({ tree }) {
			live.applyTree(tree);
			deltas.push(0);
			onChange();
		},
		onDelta({ delta }) {
			live.applyDelta(delta);
			deltas[deltas.length - 1]++;
			onChange();
		},
		onEnd() {},
		onLost() {},
	});
	// whoever fails before waits for it no more
	ended.catch(() => {});
	return {
		tree: () => live.tree(),
		has: (functionName) => live.tree().frames.some(({ name }) => name.includes(functionName)),
		deltasOfTree: (number) => deltas[number - 1] ?? -1,
		ended,
	};
}

/**
 * Nodes with weight in them, by the functions on their way from the root, with self and total weight; sorted. Two trees
 * that say the same have the same lines, however their nodes are numbered.
 */
export function linesOf({ length, parent, frame, frames, self, total }: CallTree): string[] {
	const paths: string[] = [""];
	const lines: string[] = [];
	for (let node = 1; node < length; node++) {
		const { name, module, kind } = frames[frame[node]];
		paths[node] = `${paths[parent[node]]};${name} [${kind} ${module}]`;
		if (total[node] > 0) lines.push(`${paths[node]} ${self[node]} ${total[node]}`);
	}
	return lines.sort();
}
