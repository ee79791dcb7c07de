import assert from "node:assert/strict";
import { describe, type TestContext, test } from "node:test";
import { type Connection, connectCluster } from "./connect.ts";
import { KINDS } from "./kinds.ts";
import { holdLease, type Lead } from "./lease.ts";
import type { Lease } from "./lease-record.ts";
import { SILENT } from "./log.ts";
import { FakeApiServer } from "./testing/fake-api-server.ts";

const LEASES = "/apis/coordination.k8s.io/v1/namespaces/furnace/leases";
const TIMING = { seconds: 1, giveUpMs: 600, renewEveryMs: 100, tryEveryMs: 50, callMs: 150 };

async function start(t: TestContext) {
	const api = await new FakeApiServer().start();
	const opened: { close(): Promise<void> }[] = [];
	t.after(async () => {
		for (const each of opened.reverse()) await each.close();
		await api.close();
	});
	const seek = (identity: string, onLead: Lead) => {
		const connection = connectCluster({ kubeconfig: api.kubeconfig });
		opened.push(connection);
		const lease = holdLease(
			connection,
			{ namespace: "furnace", name: "operator", identity, log: SILENT, timing: TIMING },
			onLead,
		);
		opened.push(lease);
		return lease;
	};
	const stored = () => api.get(LEASES, "operator") as Lease | undefined;
	return { api, seek, stored };
}

/** Leads until it is told to stop. */
function leader() {
	const begun = Promise.withResolvers<Connection>();
	const ended = Promise.withResolvers<void>();
	const onLead: Lead = async (signal, fenced) => {
		begun.resolve(fenced);
		await new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
		ended.resolve();
	};
	return { begun: begun.promise, ended: ended.promise, onLead };
}

describe("a lease", () => {
	test("is held by one, and given to the next when it closes", async (t) => {
		const { seek, stored } = await start(t);
		const [first, second] = [leader(), leader()];
		const one = seek("one", first.onLead);
		await first.begun;
		const two = seek("two", second.onLead);
		assert.deepEqual([one.isLeading(), two.isLeading()], [true, false]);
		assert.match(stored()?.spec?.holderIdentity ?? "", /^one_/);
		let isEnded = false;
		first.ended.then(() => {
			isEnded = true;
		}, assert.fail);
		await one.close();
		assert.ok(isEnded);
		await second.begun;
		assert.deepEqual([one.isLeading(), two.isLeading()], [false, true]);
		assert.match(stored()?.spec?.holderIdentity ?? "", /^two_/);
	});

	test("two of the same identity are two", async (t) => {
		const { seek } = await start(t);
		const [first, second] = [leader(), leader()];
		const one = seek("same", first.onLead);
		await first.begun;
		const two = seek("same", second.onLead);
		await one.close();
		await second.begun;
		assert.ok(two.isLeading());
	});

	test("whoever cannot renew it stops before another begins", async (t) => {
		const { api, seek } = await start(t);
		const order: string[] = [];
		const note =
			(name: string): Lead =>
			async (signal) => {
				order.push(`${name} begins`);
				await new Promise<void>((resolve) =>
					signal.addEventListener("abort", () => resolve(), { once: true }),
				);
				order.push(`${name} ends`);
			};
		let isCutOff = false;
		api.intercept = ({ body }) => {
			const holder = (body as Lease | undefined)?.spec?.holderIdentity;
			return isCutOff && holder !== undefined && !holder.startsWith("two") ? "answered" : undefined;
		};
		const one = seek("one", note("one"));
		while (!one.isLeading()) await new Promise((resolve) => setTimeout(resolve, 10));
		const two = seek("two", note("two"));
		isCutOff = true;
		while (!two.isLeading()) {
			await new Promise((resolve) => setTimeout(resolve, 5));
			assert.ok(!(one.isLeading() && two.isLeading()));
		}
		assert.deepEqual(order, ["one begins", "one ends", "two begins"]);
	});

	test("the old leader's connection changes nothing any more, the reader's still reads", async (t) => {
		const { api, seek } = await start(t);
		const first = leader();
		const one = seek("one", first.onLead);
		const fenced = await first.begun;
		const object = { metadata: { name: "a", namespace: "shop" } };
		await fenced.create(KINDS.configMap, object);
		api.intercept = ({ path, method }) =>
			path.startsWith(LEASES) && method === "PUT" ? "answered" : undefined;
		await first.ended;
		assert.equal(one.isLeading(), false);
		await assert.rejects(fenced.replace(KINDS.configMap, object), { reason: "NotLeading" });
		await assert.rejects(fenced.delete(KINDS.configMap, "a", "shop"), { reason: "NotLeading" });
		assert.ok(await fenced.get(KINDS.configMap, "a", "shop"));
	});

	test("a lease that somebody else took is lost at once", async (t) => {
		const { api, seek, stored } = await start(t);
		const first = leader();
		const one = seek("one", first.onLead);
		await first.begun;
		const lease = stored() as Lease;
		api.put(LEASES, { ...lease, spec: { ...lease.spec, holderIdentity: "thief", leaseDurationSeconds: 60 } });
		await first.ended;
		assert.equal(one.isLeading(), false);
		assert.equal(stored()?.spec?.holderIdentity, "thief");
	});

	test("a lease that was merely touched is kept", async (t) => {
		const { api, seek, stored } = await start(t);
		const first = leader();
		const one = seek("one", first.onLead);
		await first.begun;
		const lease = stored() as Lease;
		api.put(LEASES, { ...lease, metadata: { ...lease.metadata, labels: { touched: "yes" } } });
		const touched = stored()?.spec?.renewTime;
		while (stored()?.spec?.renewTime === touched) await new Promise((resolve) => setTimeout(resolve, 10));
		assert.ok(one.isLeading());
		assert.deepEqual(stored()?.metadata.labels, { touched: "yes" });
	});

	test("leading that fails or ends is begun anew", async (t) => {
		const { seek } = await start(t);
		let begun = 0;
		const third = Promise.withResolvers<void>();
		seek("one", async () => {
			begun++;
			if (begun === 1) throw new Error("failed");
			if (begun === 3) third.resolve();
		});
		await third.promise;
		assert.equal(begun, 3);
	});

	test("closing before it was ours ends the seeking", async (t) => {
		const { api, seek } = await start(t);
		api.intercept = () => "answered";
		const one = seek("one", () => assert.fail("leads"));
		await one.close();
		assert.equal(one.isLeading(), false);
	});
});
