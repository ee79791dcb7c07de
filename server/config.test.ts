import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { ConfigError, readConfig } from "./config.ts";

const MINIMAL = { FURNACE_NAMESPACE: "furnace" };

describe("the server's configuration", () => {
	test("needs no more than the namespace", () => {
		const { webRoot, ...config } = readConfig({ ...MINIMAL, HOSTNAME: "furnace-server-1" });
		assert.deepEqual(config, {
			namespace: "furnace",
			podName: "furnace-server-1",
			archive: "/archive",
			logLevel: "info",
			port: 8080,
			admissionPort: 8443,
			drainMs: 10_000,
		});
		assert.match(webRoot, /\/ui\/dist$/);
	});

	test("takes all from the environment", () => {
		const config = readConfig({
			FURNACE_NAMESPACE: "profiling",
			FURNACE_POD_NAME: "pod-1",
			FURNACE_POD_IP: "fd00::1",
			FURNACE_ARCHIVE: "/data",
			FURNACE_LOG_LEVEL: "debug",
			FURNACE_PORT: "1",
			FURNACE_ADMISSION_PORT: "0",
			FURNACE_WEB_ROOT: "/web",
			FURNACE_DRAIN_SECONDS: "0",
		});
		assert.deepEqual(config, {
			namespace: "profiling",
			podName: "pod-1",
			podIp: "fd00::1",
			archive: "/data",
			logLevel: "debug",
			port: 1,
			admissionPort: 0,
			webRoot: "/web",
			drainMs: 0,
		});
	});

	test("says what is wrong", () => {
		const wrong: [Record<string, string>, RegExp][] = [
			[{}, /FURNACE_NAMESPACE/],
			[{ FURNACE_NAMESPACE: "Not_A_Name" }, /FURNACE_NAMESPACE/],
			[{ ...MINIMAL, FURNACE_LOG_LEVEL: "loud" }, /FURNACE_LOG_LEVEL must be one of fatal/],
			[{ ...MINIMAL, FURNACE_PORT: "65536" }, /FURNACE_PORT/],
			[{ ...MINIMAL, FURNACE_PORT: "-1" }, /FURNACE_PORT/],
			[{ ...MINIMAL, FURNACE_ADMISSION_PORT: "8443x" }, /FURNACE_ADMISSION_PORT/],
			[{ ...MINIMAL, FURNACE_DRAIN_SECONDS: "1e3" }, /FURNACE_DRAIN_SECONDS/],
		];
		for (const [environment, message] of wrong) {
			assert.throws(
				() => readConfig(environment),
				(error: Error) => error instanceof ConfigError && message.test(error.message),
			);
		}
	});
});
