import type { Profile } from "../profile/model.ts";
import { CommandError, EXIT } from "./terminal.ts";

/**
 * Which of a profile's values to weigh by.
 * @param type as the user names it; default: the first
 * @returns its index
 * @throws CommandError that lists those there are
 */
export function chooseValue({ valueTypes }: Profile, type: string | undefined): number {
	if (type === undefined) return 0;
	const found = valueTypes.findIndex((value) => value.type === type);
	if (found >= 0) return found;
	const known = valueTypes.map((value) => value.type).join(", ");
	throw new CommandError(`The profile has no value "${type}"; it has: ${known}.`, EXIT.usage);
}
