import { ProblemError } from "../../contract/problem.ts";
import type { Access, Caller } from "../adapters.ts";
import { checkSameOrigin } from "./same-origin.ts";

/** Names by which a browser on this machine can mean this machine. */
const LOOPBACK_NAMES: ReadonlySet<string> = new Set(["localhost", "127.0.0.1", "[::1]"]);

const HOST = /^(\[[0-9a-f:]+\]|[a-z0-9.-]+)(?::[0-9]{1,5})?$/;

const LOCAL_CALLER: Caller = { name: "local" };

/**
 * Access on one machine: no login, whoever reaches the loopback address may do everything.
 * A web page that the user happens to visit reaches it as well, so every request must name this machine as its Host
 * (which stops DNS rebinding) and must not come from another origin.
 */
export function loopbackAccess(): Access {
	return {
		admit(request) {
			checkSameOrigin(request, checkHost(request.headers.host));
		},
		authenticate: () => Promise.resolve(LOCAL_CALLER),
		allows: () => Promise.resolve(true),
	};
}

function checkHost(header: string | undefined): string {
	const host = (header ?? "").toLowerCase();
	const name = HOST.exec(host)?.[1];
	if (name === undefined || !LOOPBACK_NAMES.has(name)) {
		throw new ProblemError("foreign-host", "Furnace answers only to localhost, 127.0.0.1 and [::1].");
	}
	return host;
}
