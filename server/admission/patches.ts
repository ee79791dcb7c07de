import type { InjectionConfiguration } from "./facts.ts";
import { type PodShape, patchFor } from "./patch.ts";
import { checkConfiguration } from "./self-check.ts";

/** Prepared patches of one configuration: base64 of the JSON, by the pod's shape. */
type Prepared = Map<string, string>;

/** Shapes without pull secrets are 64; the rest is for combinations of secrets. */
const PREPARED_PATCHES = 256;
/** Longer combinations of secrets are not kept: pods of hostile callers must not fill the memory. */
const KEY_CHARACTERS = 512;

/**
 * Patches as they are sent. A configuration is checked when it is first seen, each patch is serialised once.
 * @returns a function that throws ConfigurationError while a configuration makes bad patches
 */
export function createPatches(): (configuration: InjectionConfiguration, shape: PodShape) => string {
	const known = new WeakMap<InjectionConfiguration, Prepared>();
	return (configuration, shape) => {
		let prepared = known.get(configuration);
		if (prepared === undefined) {
			checkConfiguration(configuration);
			prepared = new Map();
			known.set(configuration, prepared);
		}
		const key = keyOf(shape);
		return prepared.get(key) ?? prepare(prepared, key, patchFor(configuration, shape));
	};
}

function prepare(prepared: Prepared, key: string, operations: readonly object[]): string {
	const patch = Buffer.from(JSON.stringify(operations)).toString("base64");
	if (key.length > KEY_CHARACTERS) return patch;
	if (prepared.size >= PREPARED_PATCHES) prepared.clear();
	prepared.set(key, patch);
	return patch;
}

function keyOf(shape: PodShape): string {
	const flags =
		Number(shape.hasAnnotations) |
		(Number(shape.hasInitContainers) << 1) |
		(Number(shape.hasVolumes) << 2) |
		(Number(shape.sharesProcesses) << 3) |
		(Number(shape.guaranteed) << 4) |
		(Number(shape.limitsStorage) << 5);
	return shape.pullSecrets.length === 0 ? String(flags) : `${flags} ${shape.pullSecrets.join(" ")}`;
}
