import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { kubeconfig, makeIdentities, tokenFile } from "./identities.ts";

describe("who calls the API server", () => {
	const identities = makeIdentities();

	test("alice is an ordinary user, and only admin is a master", () => {
		assert.deepEqual(identities.find(({ name }) => name === "alice")?.groups, ["developers"]);
		const masters = identities.filter(({ groups }) => groups.includes("system:masters"));
		assert.deepEqual(
			masters.map(({ name }) => name),
			["admin"],
		);
	});

	test("nobody shares a token, and the next cluster has others", () => {
		const tokens = [...identities, ...makeIdentities()].map(({ token }) => token);
		assert.equal(new Set(tokens).size, tokens.length);
	});

	test("each has a line in the token file", () => {
		const kubelet = identities.find(({ name }) => name === "kubelet");
		const line = `${kubelet?.token},system:node:node-1,kubelet,"system:nodes"`;
		assert.ok(tokenFile(identities).split("\n").includes(line));
	});

	test("a kubeconfig holds all that is needed to call", () => {
		const [admin] = identities;
		assert.ok(admin);
		const config = JSON.parse(kubeconfig(admin, "the CA"));
		assert.equal(config.users[0].user.token, admin.token);
		assert.equal(atob(config.clusters[0].cluster["certificate-authority-data"]), "the CA");
		assert.equal(config["current-context"], config.contexts[0].name);
	});
});
