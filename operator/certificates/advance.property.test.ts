/** Whatever happens in whatever order: who is shown a leaf has been told its root before. */
import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { test } from "node:test";
import fc from "fast-check";
import { advanceCertificates } from "./advance.ts";
import { readAuthority, writeAuthority } from "./authority.ts";
import type { ServedTls } from "./leaf.ts";
import { certificatesIn, isSignedBy } from "./read.ts";

const OVERLAP_MS = 300_000;
const DAY_MS = 86_400_000;

type Move =
	| { readonly kind: "wait"; readonly ms: number }
	| { readonly kind: "rotate"; readonly what: "root" | "leaf" }
	| { readonly kind: "lose"; readonly what: "authority" | "tls" | "caBundle" }
	/** the operator dies after so many of its three writes */
	| { readonly kind: "crash"; readonly after: number }
	/** a server that reads its Secret late */
	| { readonly kind: "lag" };

const moves: fc.Arbitrary<Move[]> = fc.array(
	fc.oneof(
		fc.record({
			kind: fc.constant("wait" as const),
			ms: fc.constantFrom(1_000, OVERLAP_MS, DAY_MS, 61 * DAY_MS),
		}),
		fc.record({
			kind: fc.constant("rotate" as const),
			what: fc.constantFrom("root" as const, "leaf" as const),
		}),
		fc.record({
			kind: fc.constant("lose" as const),
			what: fc.constantFrom("authority" as const, "tls" as const, "caBundle" as const),
		}),
		fc.record({ kind: fc.constant("crash" as const), after: fc.integer({ min: 0, max: 2 }) }),
		fc.record({ kind: fc.constant("lag" as const) }),
	),
	{ minLength: 1, maxLength: 12 },
);

/** The operator dies when it has made a root and told nobody, and comes back late. */
const ANNOUNCED_TO_NOBODY: Move[] = [
	{ kind: "rotate", what: "root" },
	{ kind: "crash", after: 1 },
	{ kind: "wait", ms: OVERLAP_MS },
];
/** More roots than are kept come and go before any could be used. */
const LOST_AND_LOST_AGAIN: Move[] = [
	{ kind: "lose", what: "authority" },
	{ kind: "lose", what: "authority" },
	{ kind: "lose", what: "authority" },
	{ kind: "wait", ms: 1_000 },
];

/** A cluster as far as certificates are concerned. */
class World {
	now = Date.parse("2026-11-21T12:00:00Z");
	authority: string | undefined;
	tls: ServedTls | undefined;
	caBundle: string | undefined;
	rotate = "";
	/** what a server shows; it has been given the Secret some time ago */
	shown: ServedTls | undefined;
	lags = false;

	/** @param writes after how many of them the operator dies */
	async reconcile(writes = 3): Promise<void> {
		const now = new Date(this.now);
		const { tls: before, caBundle: known } = this;
		const { authority, tls } = await advanceCertificates(
			{
				namespace: "furnace",
				authority: readAuthority(this.authority, now),
				tls: this.tls,
				caBundle: this.caBundle,
				rotate: this.rotate,
				now,
				overlapMs: OVERLAP_MS,
			},
			{
				everyServerShows: async (leaf) =>
					this.shown !== undefined && firstOf(this.shown).raw.equals(leaf.raw),
				oldPodsRun: async () => false,
			},
		);
		if (writes > 0) this.authority = writeAuthority(authority);
		if (writes > 1) this.caBundle = tls.bundle;
		if (writes > 2) this.tls = tls;
		// API servers hear of a bundle later: a leaf may only come from a root of the bundle before, if anything worked then
		if (isTrusted(before, known))
			assert.ok(isTrusted(this.tls, known), "a leaf of a root that was not announced");
		if (!this.lags && this.tls !== undefined) this.shown = this.tls;
	}

	async make(move: Move): Promise<void> {
		if (move.kind === "wait") this.now += move.ms;
		if (move.kind === "rotate") {
			this.rotate = `${move.what}-${this.now}`;
			return;
		}
		if (move.kind === "lose" && move.what === "caBundle") this.caBundle = "";
		else if (move.kind === "lose") this[move.what as "authority" | "tls"] = undefined;
		if (move.kind === "crash") return this.reconcile(move.after);
		if (move.kind === "lag") this.lags = true;
		await this.reconcile();
		this.lags = false;
	}
}

test("the webhook's bundle always holds the root of the leaf that is in the Secret and of the one that is shown", async () => {
	await fc.assert(
		fc.asyncProperty(moves, async (all) => {
			const world = new World();
			await world.reconcile();
			for (const move of all) {
				// what was lost with everything that knew of it cannot be kept
				const before = world.shown;
				await world.make(move);
				if (move.kind === "crash" || move.kind === "rotate") continue;
				assert.ok(isTrusted(world.tls, world.caBundle), `the Secret's leaf after ${JSON.stringify(move)}`);
				const lateForMonths = move.kind === "wait" && move.ms > DAY_MS;
				if (!lateForMonths && before !== undefined)
					assert.ok(isTrusted(world.shown, world.caBundle), "the leaf that is shown");
			}
		}),
		{ numRuns: 40, examples: [[ANNOUNCED_TO_NOBODY], [LOST_AND_LOST_AGAIN]] },
	);
});

function isTrusted(tls: ServedTls | undefined, caBundle: string | undefined): boolean {
	if (tls === undefined || !caBundle) return false;
	const leaf = firstOf(tls);
	return certificatesIn(caBundle).some((root) => isSignedBy(leaf, new X509Certificate(root)));
}

function firstOf({ chain }: ServedTls): X509Certificate {
	return new X509Certificate(certificatesIn(chain)[0] as string);
}
