import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { readConfig } from "./config.ts";

describe("where the cluster keeps things", () => {
	test("the cache is the user's", () => {
		assert.equal(readConfig({ HOME: "/home/kim" }).cacheDir, "/home/kim/.cache/furnace/cluster");
		const xdg = { HOME: "/home/kim", XDG_CACHE_HOME: "/cache" };
		assert.equal(readConfig(xdg).cacheDir, "/cache/furnace/cluster");
		const relative = { HOME: "/home/kim", XDG_CACHE_HOME: "cache" };
		assert.equal(readConfig(relative).cacheDir, "/home/kim/.cache/furnace/cluster");
	});

	test("an empty FURNACE_TEST_KUBECONFIG names no cluster", () => {
		assert.equal(readConfig({ FURNACE_TEST_KUBECONFIG: "" }).givenKubeconfig, undefined);
		assert.equal(readConfig({ FURNACE_TEST_KUBECONFIG: "/k" }).givenKubeconfig, "/k");
	});
});
