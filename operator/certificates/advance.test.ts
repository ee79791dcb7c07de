import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { describe, test } from "node:test";
import { connect, createServer } from "node:tls";
import { advanceCertificates, type CertificateFacts, type Certificates } from "./advance.ts";
import { readAuthority, writeAuthority } from "./authority.ts";
import { namesOfServers, type ServedTls } from "./leaf.ts";
import { certificatesIn } from "./read.ts";

const DAY_MS = 86_400_000;
const OVERLAP_MS = 300_000;
const START = new Date("2026-11-21T12:00:00.500Z");
const SETTLED = { everyServerShows: async () => true, oldPodsRun: async () => false };

function after(ms: number, from = START): Date {
	return new Date(from.getTime() + ms);
}

function factsAt(now: Date, before?: Certificates, rest: Partial<CertificateFacts> = {}): CertificateFacts {
	return {
		namespace: "furnace",
		authority: before && readAuthority(writeAuthority(before.authority), now),
		tls: before?.tls,
		caBundle: before?.tls.bundle,
		rotate: "",
		now,
		overlapMs: OVERLAP_MS,
		...rest,
	};
}

/** Everything is distributed before the next step. */
function step(now: Date, before?: Certificates, rest: Partial<CertificateFacts> = {}, questions = SETTLED) {
	return advanceCertificates(factsAt(now, before, rest), questions);
}

function leafOf({ chain }: ServedTls): X509Certificate {
	return new X509Certificate(certificatesIn(chain)[0] as string);
}

function rootsIn(bundle: string): number {
	return certificatesIn(bundle).length;
}

describe("advanceCertificates", () => {
	test("a new installation has one root and a leaf with every name, at once", async () => {
		const first = await step(START);
		const leaf = leafOf(first.tls);
		assert.equal(first.rotation, "Settled");
		assert.equal(rootsIn(first.tls.bundle), 1);
		for (const name of namesOfServers("furnace"))
			assert.equal(leaf.checkHost(name, { subject: "never" }), name);
		assert.deepEqual(leaf.keyUsage, ["1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.2"]);
		assert.equal((leaf.validToDate.getTime() - START.getTime()) / DAY_MS, 90 - 0.5 / 86_400);
		assert.ok(leaf.validFromDate.getTime() <= START.getTime() - 3_600_000);
		const [root] = certificatesIn(first.tls.bundle).map((pem) => new X509Certificate(pem));
		assert.ok((root as X509Certificate).validToDate.getTime() > after(5 * 365 * DAY_MS).getTime());
	});

	test("the same comes out again while there is no reason to change anything", async () => {
		const first = await step(START);
		assert.deepEqual(await step(after(59 * DAY_MS), first), first);
	});

	test("the leaf is renewed when two thirds of its life are over, from the same root", async () => {
		const first = await step(START);
		const renewed = await step(after(61 * DAY_MS), first);
		assert.notEqual(renewed.tls.chain, first.tls.chain);
		assert.equal(renewed.tls.bundle, first.tls.bundle);
		assert.deepEqual(renewed.authority, first.authority);
	});

	test("a root is announced before it signs, kept after it was replaced, and dropped in the end", async () => {
		const first = await step(START);
		const announced = await step(after(DAY_MS), first, { rotate: "root" });
		assert.equal(announced.rotation, "Introducing");
		assert.equal(rootsIn(announced.tls.bundle), 2);
		assert.equal(leafOf(announced.tls).issuer, leafOf(first.tls).issuer);
		assert.notEqual(
			leafOf(announced.tls).serialNumber,
			leafOf(first.tls).serialNumber,
			"a leaf to recognize",
		);

		const early = await step(after(DAY_MS + OVERLAP_MS - 1), announced, { rotate: "root" });
		assert.deepEqual(early, announced);

		const promoted = await step(after(DAY_MS + OVERLAP_MS), announced, { rotate: "root" });
		assert.equal(promoted.rotation, "Overlapping");
		assert.notEqual(leafOf(promoted.tls).issuer, leafOf(first.tls).issuer);
		assert.equal(promoted.tls.bundle, announced.tls.bundle);
		assert.deepEqual(
			promoted.authority.roots.map(({ key }) => key !== undefined),
			[true, false],
		);

		const later = after(2 * DAY_MS);
		const busy = { ...SETTLED, oldPodsRun: async () => true };
		assert.deepEqual(await step(later, promoted, { rotate: "root" }, busy), promoted, "old pods still run");
		const dropped = await step(later, promoted, { rotate: "root" });
		assert.equal(dropped.rotation, "Settled");
		assert.equal(rootsIn(dropped.tls.bundle), 1);
		assert.equal(leafOf(dropped.tls).serialNumber, leafOf(promoted.tls).serialNumber);
		assert.equal(certificatesIn(dropped.tls.chain).length, 1);
	});

	test("a new root waits for the bundles, for servers that do not show the leaf, but not for ever", async () => {
		const first = await step(START);
		const announced = await step(after(DAY_MS), first, { rotate: "root" });
		const due = after(DAY_MS + OVERLAP_MS);
		const wiped = await step(due, announced, { rotate: "root", caBundle: first.tls.bundle });
		assert.equal(wiped.rotation, "Introducing");
		const deaf = { ...SETTLED, everyServerShows: async () => false };
		assert.equal((await step(due, announced, { rotate: "root" }, deaf)).rotation, "Introducing");
		const patient = after(DAY_MS + 3 * OVERLAP_MS);
		assert.equal((await step(patient, announced, { rotate: "root" }, deaf)).rotation, "Overlapping");
	});

	test("any new value of the annotation renews the leaf, once", async () => {
		const first = await step(START);
		const renewed = await step(after(DAY_MS), first, { rotate: "leaf-1" });
		assert.notEqual(renewed.tls.chain, first.tls.chain);
		assert.equal(renewed.tls.bundle, first.tls.bundle);
		assert.deepEqual(await step(after(2 * DAY_MS), renewed, { rotate: "leaf-1" }), renewed);
		const again = await step(after(2 * DAY_MS), renewed, { rotate: "leaf-2" });
		assert.notEqual(again.tls.chain, renewed.tls.chain);
	});

	test("an old root is replaced by itself", async () => {
		const first = await step(START);
		const old = await step(after(7 * 365 * DAY_MS), first);
		assert.equal(old.rotation, "Introducing");
	});

	test("a lost authority grows again; what is served stays trusted and is served until the new root is known", async () => {
		const first = await step(START);
		const regrown = await step(after(DAY_MS), first, { authority: undefined });
		assert.equal(regrown.rotation, "Introducing");
		assert.equal(leafOf(regrown.tls).serialNumber, leafOf(first.tls).serialNumber);
		assert.equal(rootsIn(regrown.tls.bundle), 2);
		const promoted = await step(after(DAY_MS + OVERLAP_MS), regrown);
		assert.notEqual(leafOf(promoted.tls).issuer, leafOf(first.tls).issuer);
		assert.ok(promoted.tls.bundle.includes(certificatesIn(first.tls.bundle)[0] as string));
	});

	test("a lost leaf is made anew at once, also when the authority is lost with it", async () => {
		const first = await step(START);
		const again = await step(after(DAY_MS), first, { tls: undefined });
		assert.equal(leafOf(again.tls).issuer, leafOf(first.tls).issuer);
		const both = await step(after(DAY_MS), first, { tls: undefined, authority: undefined });
		assert.equal(leafOf(both.tls).issuer, new X509Certificate(both.authority.roots[0]?.cert ?? "").subject);
		assert.equal(rootsIn(both.tls.bundle), 2, "servers show the old leaf until they have the new one");
	});

	test("Secrets in which somebody wrote are as good as lost", async () => {
		const first = await step(START);
		for (const text of ["", "{}", '{"roots":[],"rotated":"","renewBefore":""}', "[1]", "null"])
			assert.equal(readAuthority(text, START), undefined, text);
		const foreign = await step(START);
		const mixed = { ...first.tls, key: foreign.tls.key };
		const healed = await step(after(DAY_MS), first, { tls: mixed });
		assert.ok(leafOf(healed.tls).serialNumber !== leafOf(first.tls).serialNumber);
		assert.equal(leafOf(healed.tls).issuer, leafOf(first.tls).issuer);
	});

	test("no more than three roots are trusted, however often one is asked for", async () => {
		let now = START;
		let state = await step(now);
		for (let round = 0; round < 5; round++) {
			now = after(OVERLAP_MS, now);
			state = await step(now, state, { rotate: `root-${round}` });
			now = after(OVERLAP_MS, now);
			state = await step(now, state, { rotate: `root-${round}` });
		}
		assert.equal(rootsIn(state.tls.bundle), 3);
		assert.equal(certificatesIn(state.tls.chain).length, 3);
	});
});

describe("a chain of a rotated root", () => {
	test("is accepted by those who trust the new root, and by those who know the older only", async () => {
		const now = new Date();
		const first = await step(now);
		const announced = await step(now, first, { rotate: "root" });
		const promoted = await step(after(OVERLAP_MS, now), announced, { rotate: "root" });
		const stranger = await step(now);
		const newest = certificatesIn(promoted.tls.bundle)[0] as string;
		assert.equal(await handshake(promoted.tls, newest), "accepted");
		assert.equal(await handshake(promoted.tls, first.tls.bundle), "accepted");
		assert.equal(await handshake(promoted.tls, promoted.tls.bundle), "accepted");
		assert.equal(await handshake(first.tls, promoted.tls.bundle), "accepted");
		assert.notEqual(await handshake(promoted.tls, stranger.tls.bundle), "accepted");
	});
});

/** @returns the error's code when it is refused */
async function handshake({ chain, key }: ServedTls, ca: string): Promise<string> {
	const server = createServer({ cert: chain, key }).listen(0, "127.0.0.1");
	await once(server, "listening");
	const { port } = server.address() as AddressInfo;
	const outcome = await new Promise<string>((resolve) => {
		const socket = connect({ port, ca, servername: "furnace-server.furnace.svc" }, () => {
			socket.destroy();
			resolve("accepted");
		});
		socket.once("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
	});
	server.close();
	return outcome;
}
