import type { FastifyRequest } from "fastify";
import { ProblemError } from "../../contract/problem.ts";
import type { Access, Caller } from "../adapters.ts";

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
			const host = checkHost(request.headers.host);
			checkOrigin(request, host);
			checkFetchSite(request);
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

/** The page's own origin is its own Host; that also holds behind a forwarded port. */
function checkOrigin(request: FastifyRequest, host: string): void {
	const origin = request.headers.origin;
	if (origin === undefined) return;
	if (origin !== `http://${host}` && origin !== `https://${host}`) throw new ProblemError("foreign-origin");
}

/** Browsers send no Origin with plain GETs (images, scripts, frames), but say where those come from. */
function checkFetchSite(request: FastifyRequest): void {
	const site = request.headers["sec-fetch-site"];
	if (site === undefined || site === "same-origin" || site === "none") return;
	const followsLink =
		request.method === "GET" &&
		request.headers["sec-fetch-mode"] === "navigate" &&
		request.headers["sec-fetch-dest"] === "document";
	if (!followsLink) throw new ProblemError("foreign-origin");
}
