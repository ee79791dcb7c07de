import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { LimitRangeItem } from "./facts.ts";
import { limitRangeViolation, quotaShortage } from "./namespace-limits.ts";
import { readPod } from "./pod.ts";

const sidecar = {
	resources: { requests: { cpu: "10m", memory: "64Mi" }, limits: { cpu: "1", memory: "512Mi" } },
};
const container = (cpu: string, more: object = {}) => ({ resources: { requests: { cpu } }, ...more });

describe("a quota", () => {
	const shortage = (spec: object, hard: string, used?: string) =>
		quotaShortage(readPod({ metadata: {}, spec }), sidecar, [
			{ name: "team", hard: { cpu: hard }, used: used === undefined ? {} : { cpu: used } },
		]);

	test("has room up to its last bit", () => {
		assert.equal(shortage({ containers: [container("500m")] }, "510m"), undefined);
		assert.equal(
			shortage({ containers: [container("0.7"), container("0.1")] }, "0.81"),
			undefined,
			"decimals",
		);
		assert.equal(shortage({ containers: [container("500m")] }, "510m", "1m"), "team: cpu 510m");
	});

	test("counts init containers that end apart from those that stay", () => {
		const running = [container("500m")];
		assert.equal(shortage({ containers: running, initContainers: [container("510m")] }, "510m"), undefined);
		assert.equal(
			shortage({ containers: running, initContainers: [container("511m")] }, "510m"),
			"team: cpu 510m",
		);
		const native = container("100m", { restartPolicy: "Always" });
		assert.equal(shortage({ containers: running, initContainers: [native] }, "610m"), undefined);
		assert.equal(shortage({ containers: running, initContainers: [native] }, "609m"), "team: cpu 609m");
		const later = [native, container("520m")];
		assert.equal(shortage({ containers: running, initContainers: later }, "619m"), "team: cpu 619m");
	});

	test("of what is not known or not used is none", () => {
		const pod = readPod({ metadata: {}, spec: { containers: [container("?")] } });
		assert.equal(quotaShortage(pod, sidecar, []), undefined);
		assert.equal(
			quotaShortage(pod, sidecar, [{ name: "x", hard: { pods: "0", cpu: "?" }, used: {} }]),
			undefined,
		);
	});
});

describe("a limit range", () => {
	const pod = readPod({ metadata: {}, spec: { containers: [container("500m")] } });
	const violation = (item: Partial<LimitRangeItem>, of = sidecar) =>
		limitRangeViolation(pod, of, [{ name: "team", limits: [{ type: "Container", ...item }] }]);

	test("of containers bounds limits from above, requests from below, and their ratio", () => {
		assert.equal(
			violation({ max: { cpu: "1", memory: "512Mi" }, min: { cpu: "10m", memory: "64Mi" } }),
			undefined,
		);
		assert.equal(violation({ max: { memory: "511Mi" } }), "team: memory of a Container");
		assert.equal(violation({ min: { cpu: "11m" } }), "team: cpu of a Container");
		assert.equal(violation({ maxLimitRequestRatio: { cpu: "100", memory: "8" } }), undefined);
		assert.equal(violation({ maxLimitRequestRatio: { cpu: "99" } }), "team: cpu of a Container");
	});

	test("of pods bounds the sums", () => {
		assert.equal(violation({ type: "Pod", max: { cpu: "1" } }), undefined);
		assert.equal(violation({ type: "Pod", max: { cpu: "999m" } }), "team: cpu of a Pod");
		const small = {
			resources: { requests: { cpu: "10m", memory: "1Mi" }, limits: { cpu: "10m", memory: "1Mi" } },
		};
		assert.equal(violation({ type: "Pod", max: { cpu: "510m" } }, small), undefined);
		assert.equal(violation({ type: "Pod", max: { cpu: "509m" } }, small), "team: cpu of a Pod");
	});

	test("of other things, or of what the sidecar does not set, is none", () => {
		assert.equal(violation({ type: "PersistentVolumeClaim", max: { storage: "1Gi", cpu: "1m" } }), undefined);
		assert.equal(
			violation({ max: { "ephemeral-storage": "1Mi" }, min: { "example.com/gpu": 1 } }),
			undefined,
		);
		assert.equal(violation({}), undefined);
	});
});
