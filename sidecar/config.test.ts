import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import { AGENT_ENVIRONMENT, AGENT_PATHS } from "../contract/agent-environment.ts";
import { readConfig } from "./config.ts";
import { makeRoot } from "./testing/certificates.ts";

describe("the sidecar's environment", () => {
	let complete: Record<string, string>;
	before(async () => {
		complete = {
			[AGENT_ENVIRONMENT.serverUrl]: "https://furnace-server-replicas.furnace.svc:8080",
			[AGENT_ENVIRONMENT.ca]: (await makeRoot()).cert,
			[AGENT_ENVIRONMENT.privilege]: "privileged",
			[AGENT_ENVIRONMENT.maxDurationSeconds]: "600",
			[AGENT_ENVIRONMENT.podName]: "cart",
			[AGENT_ENVIRONMENT.podNamespace]: "shop",
			[AGENT_ENVIRONMENT.podUid]: "1",
		};
	});

	it("is read as the webhook writes it", () => {
		const { config, faults, canServe } = readConfig(complete);
		assert.deepEqual(faults, []);
		assert.ok(canServe);
		assert.equal(config.serverUrl, complete[AGENT_ENVIRONMENT.serverUrl]);
		assert.equal(config.maxDurationSeconds, 600);
		assert.equal(config.privilege, "privileged");
		assert.deepEqual(config.debuginfodUrls, []);
		assert.deepEqual(
			[config.tokenFile, config.workDir, config.port],
			[AGENT_PATHS.token, AGENT_PATHS.work, 8444],
		);
	});

	it("never throws: what is missing or wrong is said, and what can be done without has a default", () => {
		const empty = readConfig({});
		assert.equal(empty.canServe, false);
		assert.equal(empty.faults.length, 4);
		const odd = readConfig({
			...complete,
			[AGENT_ENVIRONMENT.privilege]: "root",
			[AGENT_ENVIRONMENT.maxDurationSeconds]: "soon",
			FURNACE_PORT: "-1",
			FURNACE_LOG_LEVEL: "loud",
			FURNACE_DEBUGINFOD_URLS: "https://debug.example/ ftp://old.example\thttp://mirror:8002",
		});
		assert.equal(odd.faults.length, 5);
		assert.deepEqual(odd.config.debuginfodUrls, ["https://debug.example/", "http://mirror:8002/"]);
		assert.ok(odd.canServe);
		assert.equal(odd.config.privilege, "capabilities");
		assert.equal(odd.config.maxDurationSeconds, 3600);
		for (const [name, value] of [
			["serverUrl", "http://furnace-server-replicas.furnace.svc"],
			["serverUrl", "furnace-server"],
			["ca", "no certificate"],
			["ca", "-----BEGIN CERTIFICATE-----\nQUJD\n-----END CERTIFICATE-----"],
		] as const) {
			const { faults, canServe } = readConfig({ ...complete, [AGENT_ENVIRONMENT[name]]: value });
			assert.equal(canServe, false, value);
			assert.match(faults.join("\n"), new RegExp(AGENT_ENVIRONMENT[name]));
		}
	});
});
