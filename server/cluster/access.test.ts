import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { FastifyRequest } from "fastify";
import { ProblemError } from "../../contract/problem.ts";
import { clusterAccess } from "./access.ts";
import { fakeReviews, tokenAnswer } from "./testing/fake-cluster.ts";

const asking = (headers: Record<string, string>, method = "GET") => ({ headers, method }) as FastifyRequest;
const bearing = (token: string) => asking({ authorization: `Bearer ${token}` });
const code = (expected: string) => (error: unknown) =>
	error instanceof ProblemError && error.code === expected;

function start() {
	const reviews = fakeReviews();
	let now = 0;
	const access = clusterAccess({ cluster: reviews, clock: () => now });
	reviews.tokens.set(" anna's", tokenAnswer("anna", { uid: "1", extra: { scopes: ["user:full"] } }));
	const wait = (ms: number) => {
		now += ms;
	};
	return { reviews, access, wait };
}

describe("who calls", () => {
	test("is what the review of the token says, asked once in ten seconds", async () => {
		const { reviews, access, wait } = start();
		const caller = await access.authenticate(bearing("anna's"));
		assert.deepEqual(caller, {
			name: "anna",
			uid: "1",
			groups: ["system:authenticated"],
			extra: { scopes: ["user:full"] },
		});
		wait(9_999);
		await access.authenticate(bearing("anna's"));
		assert.equal(reviews.asked.length, 1);
		wait(1);
		await access.authenticate(bearing("anna's"));
		assert.equal(reviews.asked.length, 2);
	});

	test("without a token, or with what is none, nobody; and nobody is asked", async () => {
		const { reviews, access } = start();
		for (const authorization of [
			"",
			"Bearer",
			"Bearer ",
			"Basic anna's",
			"Bearer a b",
			"Bearer a\tb",
			"anna's",
		]) {
			await assert.rejects(
				access.authenticate(asking({ authorization })),
				code("unauthenticated"),
				authorization,
			);
		}
		await assert.rejects(access.authenticate(asking({})), code("unauthenticated"));
		assert.deepEqual(reviews.asked, []);
	});

	test("a refused token is refused again from memory, for three seconds", async () => {
		const { reviews, access, wait } = start();
		const ask = () => assert.rejects(access.authenticate(bearing("b")), code("unauthenticated"));
		await ask();
		wait(2_999);
		await ask();
		assert.equal(reviews.asked.length, 1);
		reviews.tokens.set(" b", tokenAnswer("berta"));
		wait(1);
		assert.equal((await access.authenticate(bearing("b"))).name, "berta");
	});

	test("an agent's token is nobody's, also where an authenticator does not look at audiences", async () => {
		const { reviews, access } = start();
		const answer = tokenAnswer("system:serviceaccount:shop:web", { audiences: ["furnace"] });
		reviews.tokens.set(" agents", answer);
		await assert.rejects(access.authenticate(bearing("agents")), code("unauthenticated"));
	});

	test("an API server that is away is a 503, never a refusal; who is known stays known for its ten seconds", async () => {
		const { reviews, access, wait } = start();
		await access.authenticate(bearing("anna's"));
		reviews.away = true;
		assert.equal((await access.authenticate(bearing("anna's"))).name, "anna");
		await assert.rejects(access.authenticate(bearing("b")), code("cluster-unavailable"));
		wait(10_000);
		await assert.rejects(access.authenticate(bearing("anna's")), code("cluster-unavailable"));
		reviews.away = false;
		assert.equal((await access.authenticate(bearing("anna's"))).name, "anna");
	});
});

describe("what a caller may do", () => {
	const anna = { name: "anna", uid: "1", groups: ["dev"], extra: { scopes: ["a", "b"] } };

	test("is asked with all that the token's review said, on the virtual resource", async () => {
		const { reviews, access } = start();
		reviews.rights.add("anna create shop");
		assert.equal(await access.allows(anna, "create", "shop"), true);
		assert.deepEqual(reviews.asked, [
			{
				user: "anna",
				uid: "1",
				groups: ["dev"],
				extra: { scopes: ["a", "b"] },
				verb: "create",
				group: "furnace.hyperfoil.io",
				resource: "recordings",
				namespace: "shop",
			},
		]);
		assert.equal(await access.allows(anna, "list"), false);
		assert.equal("namespace" in (reviews.asked[1] as object), false);
	});

	test("is remembered for moments, apart for each verb, namespace and all of the caller", async () => {
		const { reviews, access, wait } = start();
		reviews.rights.add("anna get shop");
		const decide = () => access.allows(anna, "get", "shop");
		assert.deepEqual([await decide(), await decide()], [true, true]);
		assert.equal(reviews.asked.length, 1);
		// the same person by another token of theirs
		assert.equal(await access.allows(structuredClone(anna), "get", "shop"), true);
		assert.equal(reviews.asked.length, 1);
		const others = [
			{ ...anna, uid: "2" },
			{ ...anna, groups: ["dev", "ops"] },
			{ ...anna, extra: { scopes: ["a"] } },
			{ ...anna, extra: { scopes: ["a", "b"], more: [] } },
		];
		for (const other of others) await access.allows(other, "get", "shop");
		await access.allows(anna, "list", "shop");
		await access.allows(anna, "get", "shop-2");
		await access.allows(anna, "get");
		assert.equal(reviews.asked.length, 8);
		reviews.rights.clear();
		wait(10_000);
		assert.equal(await decide(), false);
		reviews.rights.add("anna get shop");
		wait(3_000);
		assert.equal(await decide(), true);
	});

	test("where nobody can be asked, nothing is allowed and nothing refused", async () => {
		const { reviews, access } = start();
		reviews.away = true;
		await assert.rejects(access.allows(anna, "get", "shop"), code("cluster-unavailable"));
	});
});

describe("where a request comes from", () => {
	const { access } = start();
	const host = "furnace.example:8443";

	test("any Host is served; the page's own requests and those of programs come through", () => {
		access.admit(asking({ host }));
		access.admit(asking({}));
		access.admit(asking({ host, origin: `https://${host}` }, "POST"));
		access.admit(asking({ host: "FURNACE.example:8443", origin: `https://${host}` }, "POST"));
		access.admit(asking({ host, "sec-fetch-site": "none" }));
		// behind a proxy that changes the Host
		access.admit(asking({ host: "inner", origin: "https://outer", "sec-fetch-site": "same-origin" }, "POST"));
	});

	test("another site's do not", () => {
		const foreign: [Record<string, string>, string?][] = [
			[{ host, origin: "https://evil.example" }, "POST"],
			[{ host, origin: "null" }, "POST"],
			[{ host, origin: `https://${host}.evil.example` }],
			[{ host, "sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors", "sec-fetch-dest": "image" }],
			[{ host, "sec-fetch-site": "same-site" }, "POST"],
		];
		for (const [headers, method] of foreign) {
			assert.throws(
				() => access.admit(asking(headers, method)),
				code("foreign-origin"),
				JSON.stringify(headers),
			);
		}
	});
});
