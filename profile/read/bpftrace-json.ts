import type { Profile } from "../model.ts";
import { BpftraceMaps } from "./bpftrace-maps.ts";
import type { JsonValue } from "./json-value.ts";

/**
 * Reads what `bpftrace -f json` prints: a message on each line, those of type `map` with the maps.
 * @throws ProfileFormatError, also when no map has stacks
 */
export function readBpftraceJson(json: JsonValue): Profile {
	const maps = new BpftraceMaps();
	for (let message: JsonValue | undefined = json; message !== undefined; message = message.next()) {
		const { type, data } = message.fields("type", "data");
		if (!type?.isText || type.text() !== "map" || !data?.isObject) continue;
		for (const [map, entries] of data.entries()) {
			if (!entries.isObject) continue;
			for (const [key, value] of entries.entries()) {
				if (!value.isNumber) continue;
				if (!maps.add(map, key.split("\n"), BigInt(value.integer()))) value.fail("too many maps");
			}
		}
	}
	return maps.profile() ?? json.fail("no map with stacks");
}
