import assert from "node:assert/strict";
import { describe, test } from "node:test";
import packageJson from "../package.json" with { type: "json" };
import { ConfigError, readConfig } from "./config.ts";

describe("readConfig", () => {
	test("works without anything, from a checkout", () => {
		const config = readConfig({}, []);
		assert.equal(config.namespace, "furnace");
		assert.equal(config.serverImage, `furnace-server:${packageJson.version}`);
		assert.equal(config.imagePullPolicy, undefined);
		assert.equal(config.overlapMs, 300_000);
		assert.equal(config.healthPort, undefined);
	});

	test("arguments count more than the environment", () => {
		const environment = {
			FURNACE_SIDECAR_IMAGE: "a:1",
			FURNACE_SERVER_IMAGE: "b:1",
			FURNACE_IMAGE_PULL_POLICY: "Never",
			FURNACE_POD_NAME: "operator-x",
			FURNACE_ROOT_OVERLAP_SECONDS: "20",
		};
		const config = readConfig(environment, ["--sidecar-image", "c:1", "--root-overlap=7"]);
		assert.equal(config.sidecarImage, "c:1");
		assert.equal(config.serverImage, "b:1");
		assert.equal(config.imagePullPolicy, "Never");
		assert.equal(config.identity, "operator-x");
		assert.equal(config.overlapMs, 7_000);
	});

	test("says what is wrong", () => {
		assert.throws(() => readConfig({ FURNACE_IMAGE_PULL_POLICY: "never" }, []), ConfigError);
		assert.throws(() => readConfig({ FURNACE_HEALTH_PORT: "x" }, []), /FURNACE_HEALTH_PORT.*not x/);
		assert.throws(() => readConfig({}, ["--imagepullpolicy", "x"]), ConfigError);
	});
});
