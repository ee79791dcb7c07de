import type { FastifyRequest } from "fastify";
import { ProblemError } from "../../contract/problem.ts";

/**
 * Refuses what a page of another site asks. The page's own origin is its own Host; that also holds behind a forwarded
 * port. Programs send neither header.
 * @param host the request's, in lower case
 * @throws ProblemError `foreign-origin`
 */
export function checkSameOrigin(request: FastifyRequest, host: string): void {
	const { origin } = request.headers;
	if (origin !== undefined && origin !== `http://${host}` && origin !== `https://${host}`) {
		throw new ProblemError("foreign-origin");
	}
	checkFetchSite(request);
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
