import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { SkipCode } from "../../contract/skip-reason.ts";
import type { EventDetails } from "../../kubernetes/events.ts";
import { factsWith } from "../admission/testing/facts.ts";
import type { PodObject } from "./pod-projection.ts";
import { tellSkips } from "./skip-events.ts";
import { fakePods, injectedPod, podObject } from "./testing/pods.ts";

const CREATED = Date.parse("2026-11-21T16:00:00Z");
const labelled = { labels: { furnace: "enabled" } };
const hostPid = (details: object = {}) =>
	podObject({ metadata: labelled, spec: { containers: [], hostPID: true }, ...details });

function start(changes: { record?: () => Promise<void>; isEnabled?: boolean; now?: number } = {}) {
	const events: EventDetails[] = [];
	const counted: SkipCode[] = [];
	const logged: unknown[] = [];
	const warned: unknown[] = [];
	const pods = fakePods();
	const { promise: synced, resolve: sync } = Promise.withResolvers<void>();
	const podChanged = tellSkips({
		facts: factsWith(),
		isEnabled: () => changes.isEnabled ?? true,
		synced,
		record: async (event) => {
			await changes.record?.();
			events.push(event);
		},
		count: (code) => counted.push(code),
		log: {
			info: (fields: unknown) => void logged.push(fields),
			warn: (fields: unknown) => void warned.push(fields),
		},
		now: () => changes.now ?? CREATED + 1_000,
	});
	const settle = async () => {
		sync();
		for (let turn = 0; turn < 20; turn++) await Promise.resolve();
	};
	return {
		events,
		counted,
		logged,
		warned,
		settle,
		pods,
		tell: (pod: PodObject) => podChanged(pods.put(pod)),
	};
}

describe("telling why a pod has no sidecar", () => {
	test("an Event on the pod, a line in the log, a count: once all that the rules read is known", async () => {
		const { events, counted, logged, settle, tell } = start();
		tell(hostPid({ name: "web-1", uid: "12345678-aaaa" }));
		assert.equal(events.length, 0);
		await settle();
		const [event] = events;
		assert.deepEqual(event?.about, {
			apiVersion: "v1",
			kind: "Pod",
			name: "web-1",
			namespace: "shop",
			uid: "12345678-aaaa",
		});
		assert.equal(event?.type, "Warning");
		assert.equal(event?.name, "web-1.furnace-12345678");
		assert.match(event?.message ?? "", /node's process IDs.*\(host-pid\)$/);
		assert.deepEqual(counted, ["host-pid"]);
		assert.deepEqual(logged, [{ code: "host-pid", namespace: "shop", name: "web-1", workload: undefined }]);
	});

	test("every replica gives the Event the same name, as long as names may be", async () => {
		const name = "x".repeat(253);
		const names = await Promise.all(
			[start(), start()].map(async ({ events, settle, tell }) => {
				tell(hostPid({ name, uid: "12345678-aaaa" }));
				await settle();
				return events[0]?.name;
			}),
		);
		assert.equal(names[0], names[1]);
		assert.equal(names[0]?.length, 253);
	});

	test("nothing of pods that did not ask, have it, have ended, are old, changed, or live where nobody consented", async () => {
		const { events, counted, settle, tell } = start();
		tell(podObject({ name: "plain" }));
		tell(injectedPod({ name: "has-it" }));
		tell(hostPid({ name: "ended", status: { phase: "Failed" } }));
		tell(
			podObject({
				name: "mirror",
				metadata: { ...labelled, annotations: { "kubernetes.io/config.mirror": "x" } },
			}),
		);
		await settle();
		assert.deepEqual([events, counted], [[], []]);
		for (const other of [start({ isEnabled: false }), start({ now: CREATED + 3_600_001 })]) {
			other.tell(hostPid());
			await other.settle();
			assert.deepEqual(other.events, []);
		}
		const changed = start();
		changed.pods.put(podObject());
		changed.tell(hostPid());
		await changed.settle();
		assert.deepEqual(changed.events, []);
	});

	test("one that opted out is no warning", async () => {
		const { events, settle, tell } = start();
		tell(podObject({ metadata: { ...labelled, annotations: { "furnace.hyperfoil.io/inject": "false" } } }));
		await settle();
		assert.equal(events[0]?.type, "Normal");
	});

	test("an Event that cannot be written is a warning in the log and nothing else", async () => {
		const { warned, counted, settle, tell } = start({ record: () => Promise.reject(new Error("forbidden")) });
		tell(hostPid());
		await settle();
		assert.equal(warned.length, 1);
		assert.deepEqual(counted, ["host-pid"]);
	});

	test("thousands at once: some are told, none piles up", async () => {
		const { counted, settle, tell } = start({ record: () => new Promise(() => {}) });
		for (let index = 0; index < 5_000; index++) tell(hostPid({ name: `web-${index}` }));
		await settle();
		assert.equal(counted.length, 1_000);
	});
});
