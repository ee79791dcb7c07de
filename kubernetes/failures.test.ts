import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { isBrokenConnection, refusal, unreachable } from "./failures.ts";

describe("what the API server refuses", () => {
	test("a Status speaks for itself", () => {
		const body = JSON.stringify({ kind: "Status", code: 403, reason: "Forbidden", message: "no, alice" });
		const error = refusal(403, body, "GET /x");
		assert.deepEqual([error.status, error.reason, error.message], [403, "Forbidden", "GET /x: no, alice"]);
	});

	test("the Status inside a watch that was answered with 200 counts", () => {
		assert.equal(refusal(200, JSON.stringify({ code: 410, reason: "Expired" }), "watch").status, 410);
	});

	test("what a proxy says is kept, cut", () => {
		const error = refusal(502, `<html>${"x".repeat(10_000)}`, "GET /x");
		assert.deepEqual([error.status, error.reason], [502, "Bad Gateway"]);
		assert.ok(error.message.startsWith("GET /x: <html>") && error.message.length < 600);
	});

	test("an empty or strange body is no problem", () => {
		assert.match(refusal(500, "", "GET /x").message, /Internal Server Error/);
		for (const body of ["null", "[]", "7", '{"reason":7,"message":[]}'])
			assert.equal(refusal(500, body, "GET /x").status, 500);
	});
});

test("a connection that never was names every address that was tried", () => {
	const tried = new AggregateError(
		[new Error("connect ECONNREFUSED ::1"), new Error("connect ETIMEDOUT")],
		"",
	);
	const error = unreachable(tried, "GET /x");
	assert.equal(error.message, "GET /x: connect ECONNREFUSED ::1, connect ETIMEDOUT");
	assert.deepEqual([error.status, error.reason, error.cause], [0, "Unreachable", tried]);
});

test("only a broken connection is one", () => {
	assert.ok(isBrokenConnection(Object.assign(new Error(), { code: "ECONNRESET" })));
	assert.ok(!isBrokenConnection(Object.assign(new Error(), { code: "ECONNREFUSED" })));
	assert.ok(!isBrokenConnection(null));
});
