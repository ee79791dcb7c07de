import { access } from "node:fs/promises";
import { join } from "node:path";
import fastifyStatic from "@fastify/static";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";

/** Addresses of programs: unknown ones below them are errors, never the page. */
const NOT_THE_PAGE =
	/^\/(api|agent|peer|docs|register|mutate|metrics|healthz|readyz|openapi\.json|assets)(\/|$)/;

const NOT_BUILT = `<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Furnace: the page is not built</title>
<h1>The page is not built yet</h1>
<p>Furnace's server runs, but the files of its page are missing. Run <code>npm start</code>, which builds them, or <code>npm run build:ui</code>, then reload this page.</p>
<p>The <a href="/docs">REST interface</a> works without it.</p>
</html>
`;

/** The built page's files. Names below assets/ carry a hash of their content, so browsers may keep them for ever. */
export async function pageFiles(app: FastifyInstance, webRoot: string): Promise<void> {
	await app.register(fastifyStatic, {
		root: webRoot,
		cacheControl: false,
		// the files are small: nobody needs a part of one
		acceptRanges: false,
		dotfiles: "ignore",
		index: false,
		suppressWarning: true,
		setHeaders: (reply, path) => {
			const isHashed = path.startsWith(join(webRoot, "assets"));
			reply.header("cache-control", isHashed ? "public, max-age=31536000, immutable" : "no-cache");
		},
	});
	app.route({
		method: ["GET", "HEAD"],
		url: "/",
		schema: { hide: true },
		handler: async (_request, reply) => sendPage(reply, webRoot),
	});
}

/**
 * The page's own addresses (`/recordings/...`, `/live/...`) are known to it alone, so any address a browser
 * navigates to is the page.
 * @returns false: it is not one of those
 */
export async function answerWithPage(
	request: FastifyRequest,
	reply: FastifyReply,
	webRoot: string,
): Promise<boolean> {
	const wantsPage = request.method === "GET" && (request.headers.accept ?? "").includes("text/html");
	if (!wantsPage || NOT_THE_PAGE.test(request.url.split("?", 1)[0] ?? "")) return false;
	await sendPage(reply, webRoot);
	return true;
}

async function sendPage(reply: FastifyReply, webRoot: string): Promise<FastifyReply> {
	try {
		await access(join(webRoot, "index.html"));
	} catch {
		return reply.code(503).type("text/html; charset=utf-8").send(NOT_BUILT);
	}
	return reply.code(200).header("cache-control", "no-cache").sendFile("index.html");
}
