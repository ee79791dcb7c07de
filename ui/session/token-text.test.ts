import assert from "node:assert/strict";
import { test } from "node:test";
import { claimsOf, readTokenText } from "./token-text.ts";

test("takes a token as people copy it", () => {
	for (const text of [
		"abc.def",
		"  abc.def\n",
		"Bearer abc.def",
		"authorization: bearer abc.def",
		"abc\n.def",
	]) {
		assert.deepEqual(readTokenText(text), { token: "abc.def" }, text);
	}
});

test("says what is wrong with what is no token", () => {
	for (const text of ["", " \n", "naïve", "a\u0000b", "x".repeat(20_000)]) {
		assert.match((readTokenText(text) as { error: string }).error, /token/, text.slice(0, 10));
	}
});

test("shows whose token it is and until when, if it says so", () => {
	const part = (claims: object) => Buffer.from(JSON.stringify(claims)).toString("base64url");
	const token = `x.${part({ sub: "system:serviceaccount:shop:dev", exp: 1_800_000_000 })}.x`;
	assert.deepEqual(claimsOf(token), {
		name: "system:serviceaccount:shop:dev",
		expiresAt: new Date(1_800_000_000_000),
	});
	assert.equal(
		claimsOf(`x.${part({ sub: "0815", email: "jane@shop.example" })}.x`).name,
		"jane@shop.example",
	);
	for (const opaque of [
		"sha256~abc",
		"a.b.c",
		`x.${part([])}.x`,
		"x.bnVsbA.x",
		`x.${part({ exp: 1e300 })}.x`,
	]) {
		assert.deepEqual(claimsOf(opaque), {}, opaque);
	}
});
