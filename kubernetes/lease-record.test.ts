import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { claimed, givenBack, isFree, type Lease, observe } from "./lease-record.ts";

const claim = { namespace: "furnace", name: "operator", holder: "me", seconds: 15 };
const now = new Date("2026-01-02T03:04:05.678Z");

function leaseOf(spec: Lease["spec"], resourceVersion = "7"): Lease {
	return {
		apiVersion: "coordination.k8s.io/v1",
		kind: "Lease",
		metadata: { name: "operator", namespace: "furnace", resourceVersion },
		...(spec === undefined ? {} : { spec }),
	};
}

describe("a lease", () => {
	test("taken anew, taken over, renewed", () => {
		const created = claimed(claim, undefined, now) as Lease;
		assert.deepEqual(created.spec, {
			holderIdentity: "me",
			leaseDurationSeconds: 15,
			acquireTime: "2026-01-02T03:04:05.678000Z",
			renewTime: "2026-01-02T03:04:05.678000Z",
			leaseTransitions: 0,
		});
		const other = leaseOf({ holderIdentity: "other", leaseTransitions: 3, acquireTime: "earlier" });
		const over = claimed(claim, other, now) as Lease;
		assert.equal(over.spec?.leaseTransitions, 4);
		assert.equal(over.metadata.resourceVersion, "7", "so that the API server refuses the slower of two");
		const renewed = claimed(claim, leaseOf({ ...over.spec, acquireTime: "earlier" }), now) as Lease;
		assert.equal(renewed.spec?.leaseTransitions, 4);
		assert.equal(renewed.spec?.acquireTime, "earlier");
	});

	test("given back is free at once", () => {
		const lease = givenBack(leaseOf({ holderIdentity: "me", leaseDurationSeconds: 15 }), now) as Lease;
		assert.ok(isFree(lease, observe(lease, undefined, 0), 0, 15));
	});

	test("is free only after nobody has touched it for as long as its holder promised", () => {
		const lease = leaseOf({
			holderIdentity: "other",
			leaseDurationSeconds: 60,
			renewTime: "1970-01-01T00:00:00Z",
		});
		const seen = observe(lease, undefined, 1_000);
		assert.ok(!isFree(lease, seen, 60_999, 15), "its times are of a clock that may be wrong");
		assert.ok(isFree(lease, seen, 61_001, 15));
		const touched = { ...lease, metadata: { ...lease.metadata, resourceVersion: "8" } };
		assert.ok(!isFree(touched, observe(touched, seen, 61_001), 61_002, 15));
		assert.equal(observe(lease, seen, 61_001), seen);
	});

	test("of a holder that promises less than we do is not taken early", () => {
		const lease = leaseOf({ holderIdentity: "other", leaseDurationSeconds: 1 });
		assert.ok(!isFree(lease, observe(lease, undefined, 0), 14_000, 15));
	});

	test("without a spec is free", () => {
		assert.ok(isFree(leaseOf(undefined), { resourceVersion: "7", since: 0 }, 0, 15));
	});
});
