import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { KubernetesError } from "./cluster.ts";
import { describeEvent, type EventDetails, recordEvent } from "./events.ts";

const about = { apiVersion: "v1", kind: "Pod", name: "web-1", namespace: "shop", uid: "u" };
const details: EventDetails = {
	about,
	reason: "Skipped",
	message: "why",
	type: "Warning",
	reporter: "furnace",
};
const now = new Date("2026-01-02T03:04:05.678Z");

describe("an Event", () => {
	test("is about the object, beside it", () => {
		const { involvedObject, metadata, firstTimestamp, count } = describeEvent(details, now);
		assert.deepEqual(involvedObject, about);
		assert.equal(metadata.namespace, "shop");
		assert.match(metadata.name, /^web-1\.[0-9a-f]{16}$/);
		assert.deepEqual([firstTimestamp, count], ["2026-01-02T03:04:05Z", 1]);
	});

	test("about an object of the whole cluster is in default, whatever the object's name", () => {
		fc.assert(
			fc.property(fc.string(), (name) => {
				const { metadata } = describeEvent(
					{ ...details, about: { apiVersion: "v1", kind: "Node", name } },
					now,
				);
				assert.equal(metadata.namespace, "default");
				assert.match(metadata.name, /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/);
				assert.ok(metadata.name.length <= 253);
			}),
		);
	});

	test("has a message of at most 1,024 bytes that are whole characters", () => {
		fc.assert(
			fc.property(fc.string({ unit: "grapheme", maxLength: 3000 }), (message) => {
				const cut = describeEvent({ ...details, message }, now).message;
				assert.ok(Buffer.byteLength(cut) <= 1024);
				assert.ok(cut === message || message.startsWith(cut.slice(0, -3)));
			}),
		);
	});

	test("of a fixed name is told once; other refusals are errors", async () => {
		const refusing = (status: number) => ({
			create: async () => {
				throw new KubernetesError(status, "Refused", "no");
			},
		});
		await recordEvent(refusing(409), { ...details, name: "fixed" });
		await assert.rejects(recordEvent(refusing(409), details), { status: 409 });
		await assert.rejects(recordEvent(refusing(403), { ...details, name: "fixed" }), { status: 403 });
	});
});
