import assert from "node:assert/strict";
import { test } from "node:test";
import { agentRoutes } from "../../contract/agent-routes.ts";
import { createClient } from "../../contract/client.ts";
import { PROBLEM_MEDIA_TYPE, ProblemError, toProblem } from "../../contract/problem.ts";
import { createSession } from "../session/session.ts";
import { signedInClient } from "./signed-in-client.ts";

const options = { params: { id: "0123456789ab" } };

/** A server that takes only one token, and a page that calls it. */
function page(valid: string) {
	const session = createSession({ getItem: () => null, setItem: () => {}, removeItem: () => {} });
	const seen: string[] = [];
	const client = createClient({
		baseUrl: "http://furnace.invalid",
		headers: (): Record<string, string> => {
			const token = session.token();
			return token === null ? {} : { authorization: `Bearer ${token}` };
		},
		fetch: async (url, init) => {
			const given = new Headers(init?.headers).get("authorization");
			seen.push(`${init?.method} ${new URL(String(url)).pathname} ${given}`);
			if (given === `Bearer ${valid}`) return Response.json({ items: [] });
			const body = JSON.stringify(toProblem(new ProblemError("unauthenticated")));
			return new Response(body, { status: 401, headers: { "content-type": PROBLEM_MEDIA_TYPE } });
		},
	});
	return { session, seen, client: signedInClient(client, session) };
}

test("what reads waits for the sign-in, and is asked again with the new token", async () => {
	const { session, seen, client } = page("good");
	const lists = [
		client.call(agentRoutes.listTargets, {}),
		client.below("/below").call(agentRoutes.listTargets, {}),
	];
	while (session.demand() === null) await new Promise(setImmediate);
	const later = client.call(agentRoutes.listTargets, {});
	session.signIn("bad");
	while (session.demand() === null) await new Promise(setImmediate);
	assert.equal(session.demand(), "expired");
	session.signIn("good");
	assert.deepEqual(await Promise.all([...lists, later]), [{ items: [] }, { items: [] }, { items: [] }]);
	assert.ok(seen.includes("GET /below/targets Bearer good"), seen.join("\n"));
	assert.equal(
		seen.filter((line) => line.endsWith("null")).length,
		2,
		"nothing is sent while somebody signs in",
	);
});

test("what changes something is refused, asks for a sign-in, and is never repeated by itself", async () => {
	const { session, seen, client } = page("good");
	await assert.rejects(client.call(agentRoutes.stopRecording, options), { code: "unauthenticated" });
	assert.equal(session.demand(), "missing");
	session.signIn("good");
	await new Promise(setImmediate);
	assert.deepEqual(seen, ["POST /recordings/0123456789ab/stop null"]);
});

test("who leaves the page waits no longer", async () => {
	const { session, client } = page("good");
	session.refuse(null);
	const abort = new AbortController();
	const left = client.call(agentRoutes.listTargets, { signal: abort.signal });
	abort.abort(new Error("left"));
	await assert.rejects(left, { message: "left" });
});

test("an agent's words about the caller's rights bring no login form", async () => {
	const session = createSession({ getItem: () => null, setItem: () => {}, removeItem: () => {} });
	const body = JSON.stringify(toProblem(new ProblemError("unauthenticated")));
	const client = createClient({
		baseUrl: "http://furnace.invalid",
		fetch: async () => new Response(body, { status: 400, headers: { "content-type": PROBLEM_MEDIA_TYPE } }),
	});
	const asked = signedInClient(client, session).call(agentRoutes.listTargets, {});
	await assert.rejects(asked, { name: "NetworkError" });
	assert.equal(session.demand(), null);
});
