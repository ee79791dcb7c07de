import { ProblemError } from "../../contract/problem.ts";
import type { Access, Verb } from "../adapters.ts";

/** Callers by bearer token: which verbs each may use in which namespace. */
export function tokenAccess(rights: Record<string, Partial<Record<string, Verb[]>>>): Access {
	return {
		admit: () => {},
		authenticate: async ({ headers }) => {
			const name = headers.authorization?.replace("Bearer ", "") ?? "";
			if (rights[name] === undefined) throw new ProblemError("unauthenticated");
			return { name };
		},
		allows: async ({ name }, verb, namespace = "") => rights[name]?.[namespace]?.includes(verb) ?? false,
	};
}
