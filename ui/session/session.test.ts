import assert from "node:assert/strict";
import { test } from "node:test";
import { createSession, type TokenStorage } from "./session.ts";

function storage(token?: string): TokenStorage & { kept: Map<string, string> } {
	const kept = new Map(token === undefined ? [] : [["furnace.token", token]]);
	return {
		kept,
		getItem: (key) => kept.get(key) ?? null,
		setItem: (key, value) => void kept.set(key, value),
		removeItem: (key) => void kept.delete(key),
	};
}

test("without a token nothing is asked for until the server asks", () => {
	const session = createSession(storage());
	assert.deepEqual([session.token(), session.demand()], [null, null]);
	session.refuse(null);
	assert.equal(session.demand(), "missing");
});

test("a token outlives a reload, and neither its end nor a sign-out", () => {
	const tab = storage();
	createSession(tab).signIn("one");
	const reloaded = createSession(tab);
	assert.equal(reloaded.token(), "one");
	reloaded.refuse("one");
	assert.deepEqual([reloaded.token(), reloaded.demand(), tab.kept.size], [null, "expired", 0]);
	reloaded.signIn("two");
	reloaded.signOut();
	assert.deepEqual([reloaded.token(), reloaded.demand(), tab.kept.size], [null, "signed-out", 0]);
});

test("a late answer to an older token does not sign out whoever signed in since", () => {
	const session = createSession(storage("old"));
	session.refuse("old");
	session.signIn("new");
	session.refuse("old");
	session.refuse(null);
	assert.deepEqual([session.token(), session.demand()], ["new", null]);
});

test("who waits goes on at the sign-in, or ends with the abort", async () => {
	const session = createSession(storage());
	await session.untilSignedIn();
	session.refuse(null);
	const abort = new AbortController();
	const left = session.untilSignedIn(abort.signal);
	const reason = new Error("left the page");
	abort.abort(reason);
	await assert.rejects(left, reason);
	await assert.rejects(session.untilSignedIn(abort.signal), reason);
	const waiting = session.untilSignedIn();
	session.signIn("token");
	await waiting;
	assert.equal(session.demand(), null);
});

test("a browser that refuses to store is no obstacle", () => {
	const refuse = () => {
		throw new Error("denied");
	};
	const session = createSession({ getItem: refuse, setItem: refuse, removeItem: refuse });
	session.signIn("token");
	assert.equal(session.token(), "token");
});
