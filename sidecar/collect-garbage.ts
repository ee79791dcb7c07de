import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

/**
 * Gives back what is no longer needed, now. V8 does so when it wants room; an idle agent never wants any, and would hold
 * on to what its start took for as long as its pod lives.
 */
export function collectGarbage(): void {
	setFlagsFromString("--expose-gc");
	const collect = runInNewContext("gc") as () => void;
	setFlagsFromString("--no-expose-gc");
	collect();
}
