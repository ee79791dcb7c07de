import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { accessReview, isAllowed, tokenAnswer, tokenReview } from "./review-objects.ts";

describe("a token's review", () => {
	test("asks for the audience, or for the API server's own", () => {
		assert.deepEqual((tokenReview("t", "furnace").body as { spec: object }).spec, {
			token: "t",
			audiences: ["furnace"],
		});
		assert.deepEqual((tokenReview("t", undefined).body as { spec: object }).spec, { token: "t" });
	});

	test("is null unless it says so clearly", () => {
		for (const status of [
			undefined,
			{},
			{ authenticated: false, user: { username: "eve" } },
			{ authenticated: "true", user: { username: "eve" } },
			{ authenticated: true },
			{ authenticated: true, user: { username: "" } },
		])
			assert.equal(tokenAnswer({ status }), null);
	});

	test("carries the user, all extra, and the audiences that the server checked", () => {
		const user = { username: "alice", uid: "1", groups: ["dev"], extra: { "scopes.example/a": ["x", "y"] } };
		assert.deepEqual(tokenAnswer({ status: { authenticated: true, user, audiences: ["furnace"] } }), {
			...user,
			audiences: ["furnace"],
		});
		assert.deepEqual(tokenAnswer({ status: { authenticated: true, user: { username: "bob" } } }), {
			username: "bob",
			groups: [],
			extra: {},
			audiences: [],
		});
	});
});

describe("an access review", () => {
	test("asks about the whole user", () => {
		const { body } = accessReview({
			user: "alice",
			uid: "1",
			groups: ["dev"],
			extra: { scopes: ["a"] },
			verb: "get",
			group: "furnace.hyperfoil.io",
			resource: "recordings",
			namespace: "shop",
		});
		assert.deepEqual(JSON.parse(JSON.stringify(body)).spec, {
			user: "alice",
			uid: "1",
			groups: ["dev"],
			extra: { scopes: ["a"] },
			resourceAttributes: {
				verb: "get",
				group: "furnace.hyperfoil.io",
				resource: "recordings",
				namespace: "shop",
			},
		});
	});

	test("no answer is a no, and a denial beats everything", () => {
		for (const status of [
			undefined,
			{},
			{ allowed: false },
			{ allowed: "true" },
			{ allowed: true, denied: true },
		])
			assert.equal(isAllowed({ status }), false);
		assert.equal(isAllowed({ status: { allowed: true } }), true);
	});
});
