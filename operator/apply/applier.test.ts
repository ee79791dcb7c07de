import assert from "node:assert/strict";
import { beforeEach, describe, test } from "node:test";
import { KubernetesError } from "../../kubernetes/cluster.ts";
import { KINDS } from "../../kubernetes/kinds.ts";
import { SILENT } from "../../kubernetes/log.ts";
import type { KubernetesObject } from "../../kubernetes/objects.ts";
import type { Desired } from "../objects/desired.ts";
import { type Applier, createApplier } from "./applier.ts";

type Live = KubernetesObject & { data?: Record<string, string> };

/** One object in an API server that applies by replacing `data`, or as a test says. */
class OneObject {
	live: Live | undefined;
	writes: string[] = [];
	onApply: (desired: Live) => Live = (desired) => desired;
	#version = 0;

	get = async () => (this.live ?? null) as never;
	apply = async (_kind: unknown, object: object) =>
		this.#store("apply", this.onApply(object as Live)) as never;
	replace = async (_kind: unknown, object: object) => this.#store("replace", object as Live) as never;
	delete = async () => {
		this.writes.push("delete");
		this.live = undefined;
	};

	#store(write: string, object: Live): Live {
		this.writes.push(write);
		const metadata = {
			...object.metadata,
			uid: this.live?.metadata.uid ?? `uid-${this.#version}`,
			resourceVersion: String(++this.#version),
		};
		this.live = { ...object, metadata };
		return this.live;
	}
}

const DESIRED: Desired = {
	kind: KINDS.configMap,
	othersMayAdd: "nothing",
	object: {
		apiVersion: "v1",
		kind: "ConfigMap",
		metadata: { name: "x", namespace: "furnace" },
		...{ data: { a: "1" } },
	},
};

describe("an applier", () => {
	let server: OneObject;
	let applier: Applier;
	beforeEach(() => {
		server = new OneObject();
		applier = createApplier(server, SILENT);
	});

	test("creates once, also while a store has not got it", async () => {
		await applier.ensure(DESIRED, undefined);
		await applier.ensure(DESIRED, undefined);
		assert.deepEqual(server.writes, ["apply"]);
	});

	test("makes it again when it is gone", async () => {
		await applier.ensure(DESIRED, undefined);
		server.live = undefined;
		await applier.ensure(DESIRED, undefined);
		assert.deepEqual(server.writes, ["apply", "apply"]);
	});

	test("writes nothing after a restart when all is right, nor when a list does not say what it holds", async () => {
		await applier.ensure(DESIRED, undefined);
		const { apiVersion: _apiVersion, kind: _kind, ...listed } = server.live as Live;
		await createApplier(server, SILENT).ensure(DESIRED, listed as Live);
		await applier.ensure(DESIRED, listed as Live);
		assert.deepEqual(server.writes, ["apply"]);
	});

	test("corrects what was changed, once, though the store lags behind", async () => {
		await applier.ensure(DESIRED, undefined);
		const before = server.live as Live;
		const changed = { ...before, metadata: { ...before.metadata, resourceVersion: "7" }, data: { a: "2" } };
		server.live = changed;
		const corrected = await applier.ensure(DESIRED, changed);
		assert.equal((corrected as Live).data?.a, "1");
		assert.deepEqual(server.writes, ["apply", "apply"]);
	});

	test("takes away what somebody added, and keeps labels and annotations of others", async () => {
		const managedFields = [{ manager: "kubectl-edit", fieldsV1: { "f:data": { "f:b": {} } } }];
		const metadata = {
			...DESIRED.object.metadata,
			uid: "u",
			resourceVersion: "9",
			labels: { team: "a" },
			managedFields,
		};
		const seen = { ...DESIRED.object, metadata, data: { a: "1", b: "2" } } as Live;
		server.live = seen;
		server.onApply = () => seen;
		const result = await applier.ensure(DESIRED, seen);
		assert.deepEqual(server.writes, ["apply", "replace"]);
		assert.deepEqual((result as Live).data, { a: "1" });
		assert.deepEqual(result.metadata.labels, { team: "a" });
	});

	test("does not fight with an admission plugin that insists", async () => {
		server.onApply = (object) => ({ ...object, data: { a: "theirs" } });
		server.replace = server.apply;
		const first = await applier.ensure(DESIRED, undefined);
		const writes = server.writes.length;
		await applier.ensure(DESIRED, first);
		await applier.ensure(DESIRED, first);
		assert.equal(server.writes.length, writes);
	});

	test("what cannot be changed is made anew; what is invalid stays as it is", async () => {
		await applier.ensure(DESIRED, undefined);
		const changed = { ...server.live, data: { a: "2" } } as Live;
		server.live = changed;
		let refusal: string | undefined = "field is immutable";
		server.onApply = (object) => {
			const message = refusal;
			if (server.live === undefined) refusal = undefined;
			if (message !== undefined && server.live !== undefined)
				throw new KubernetesError(422, "Invalid", message);
			return object;
		};
		await createApplier(server, SILENT).ensure(DESIRED, changed);
		assert.deepEqual(server.writes, ["apply", "delete", "apply"]);

		server.live = changed;
		server.onApply = () => {
			throw new KubernetesError(422, "Invalid", "must be a number");
		};
		await assert.rejects(createApplier(server, SILENT).ensure(DESIRED, changed), /must be a number/);
		assert.equal(server.live, changed);
	});
});
