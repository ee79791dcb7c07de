import assert from "node:assert/strict";
import { readdir, writeFile } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { before, describe, type TestContext, test } from "node:test";
import { Agent, request } from "undici";
import type { Recording } from "../../contract/recording.ts";
import { SAMPLE_ID, sampleRecording } from "../../contract/testing/sample-recording.ts";
import { openArchive } from "../archive/archive.ts";
import { createLogger } from "../http/logging.ts";
import { makeLeaf, makeRoot, type Pair } from "../testing/certificates.ts";
import { sampleProfile } from "../testing/sample-profile.ts";
import { AGENT_TOKEN, startServer, type TestServer } from "../testing/start-server.ts";
import { temporaryDirectory } from "../testing/temporary-directory.ts";
import { until } from "../testing/until.ts";
import type { PeerAddress } from "./addresses.ts";
import type { PeerOptions } from "./peers.ts";

const NAME = "furnace-server-replicas.furnace.svc";
const HOST = "127.0.0.1";
const SOON_MS = 50;
const NEVER_MS = 3_600_000;

interface Replica extends TestServer {
	address: PeerAddress;
	url: string;
	/** of its log */
	lines: string[];
}

describe("the replicas of a server", () => {
	let root: Pair;
	let leaf: Pair;
	before(async () => {
		root = await makeRoot();
		leaf = await makeLeaf(root, ["furnace-server", NAME]);
	});
	const tls = () => ({ ...leaf, ca: root.cert });

	/** Finds those in `all` but itself, at each round anew. */
	async function startReplica(
		t: TestContext,
		all: PeerAddress[],
		changes: Partial<PeerOptions> & { maxBytes?: number; directory?: string } = {},
	): Promise<Replica> {
		let own: PeerAddress | undefined;
		const lines: string[] = [];
		const { maxBytes, directory, ...options } = changes;
		const folder = directory ?? (await temporaryDirectory(t));
		const server = await startServer(t, {
			tls: tls(),
			archive: await openArchive({ directory: folder, ...(maxBytes === undefined ? {} : { maxBytes }) }),
			logger: createLogger({ level: "info" }, { write: (line) => void lines.push(line) }),
			peers: {
				name: NAME,
				find: async () => all.filter((address) => address !== own),
				tls,
				intervalMs: SOON_MS,
				...options,
			},
		});
		own = { host: HOST, port: (server.app.server.address() as AddressInfo).port };
		all.push(own);
		t.after(() => all.splice(all.indexOf(own as PeerAddress), 1));
		return { ...server, address: own, url: `https://${HOST}:${own.port}`, lines };
	}

	/** A request with this certificate, or none. */
	async function ask(
		{ url }: Replica,
		path: string,
		{
			method = "GET",
			pair,
			...options
		}: { method?: string; pair?: Pair; headers?: Record<string, string>; body?: Buffer } = {},
	) {
		const dispatcher = new Agent({ connect: { ...pair, ca: root.cert, servername: NAME } });
		const { statusCode, headers, body } = await request(url + path, {
			method,
			dispatcher,
			...options,
		} as never);
		const bytes = Buffer.from(await body.arrayBuffer());
		await dispatcher.close();
		return { status: statusCode, headers, body: bytes };
	}

	async function upload(replica: Replica, changes: Partial<Recording> = {}): Promise<string> {
		const recording = sampleRecording(changes);
		const { status } = await ask(replica, `/agent/v1/recordings/${recording.id}`, {
			method: "PUT",
			headers: { authorization: `Bearer ${AGENT_TOKEN}` },
			body: sampleProfile(recording),
		});
		assert.equal(status, 204);
		return recording.id;
	}

	test("what one has the others have soon, as the first knows whose it is", async (t) => {
		const all: PeerAddress[] = [];
		const [one, two, three] = [
			await startReplica(t, all),
			await startReplica(t, all),
			await startReplica(t, all),
		];
		// the agent claims another namespace; its identity says `local`
		const id = await upload(one, { target: { namespace: "kube-system", pod: "demo-ü" } });
		for (const replica of [two, three]) {
			await until(async () => replica.archive.get(id) !== undefined);
			assert.deepEqual(replica.archive.get(id), one.archive.get(id));
			assert.equal(replica.archive.get(id)?.target.namespace, "local");
			const { body } = await ask(replica, `/api/v1/recordings/${id}/profile`);
			assert.deepEqual(body, (await ask(one, `/api/v1/recordings/${id}/profile`)).body);
			assert.deepEqual(await readdir(replica.archive.temporaryDirectory), []);
		}
	});

	test("a replica that starts fetches all before it is ready", async (t) => {
		const all: PeerAddress[] = [];
		const old = await startReplica(t, all);
		const ids = ["a", "b", "c", "d"].map((letter) => letter.repeat(26));
		for (const id of ids) await upload(old, { id });
		const young = await startReplica(t, all, { intervalMs: NEVER_MS });
		await until(async () => (await ask(young, "/readyz")).status === 200);
		assert.deepEqual(
			young.archive
				.list()
				.map(({ id }) => id)
				.sort(),
			ids,
		);
	});

	test("one whose peers do not answer is ready all the same, and says once that they do not", async (t) => {
		const alone = await startReplica(t, [{ host: HOST, port: 1 }]);
		await until(async () => (await ask(alone, "/readyz")).status === 200);
		await new Promise((resolve) => setTimeout(resolve, 5 * SOON_MS));
		assert.equal(alone.lines.filter((line) => line.includes("cannot be asked")).length, 1);
	});

	test("a miss is looked for at the others at once; made-up ids are not found", async (t) => {
		const all: PeerAddress[] = [];
		const one = await startReplica(t, all);
		const two = await startReplica(t, all, { intervalMs: NEVER_MS });
		await until(async () => (await ask(two, "/readyz")).status === 200);
		const id = await upload(one);
		const answers = await Promise.all([1, 2, 3].map(() => ask(two, `/api/v1/recordings/${id}`)));
		assert.deepEqual(
			answers.map(({ status }) => status),
			[200, 200, 200],
		);
		assert.equal(two.lines.filter((line) => line.includes("taken from a peer")).length, 1);
		assert.equal((await ask(two, `/api/v1/recordings/${"x".repeat(26)}`)).status, 404);
	});

	test("a deletion reaches the others at once, and nothing brings it back", async (t) => {
		const all: PeerAddress[] = [];
		const one = await startReplica(t, all);
		const two = await startReplica(t, all);
		const id = await upload(one);
		await until(async () => two.archive.get(id) !== undefined);
		assert.equal((await ask(one, `/api/v1/recordings/${id}`, { method: "DELETE" })).status, 204);
		assert.equal((await ask(two, `/api/v1/recordings/${id}`)).status, 404);
		// the agent did not know yet
		await upload(two);
		await new Promise((resolve) => setTimeout(resolve, 5 * SOON_MS));
		for (const replica of [one, two]) assert.deepEqual(replica.archive.list(), []);
	});

	test("one that was away learns of a deletion when it is back, from whoever knows", async (t) => {
		const all: PeerAddress[] = [];
		const directory = await temporaryDirectory(t);
		const one = await startReplica(t, all);
		const away = await startReplica(t, all, { directory });
		const id = await upload(one);
		await until(async () => away.archive.get(id) !== undefined);
		await away.app.close();
		all.splice(all.indexOf(away.address), 1);
		await ask(one, `/api/v1/recordings/${id}`, { method: "DELETE" });
		const back = await startReplica(t, all, { directory });
		assert.notEqual(back.archive.get(id), undefined);
		await until(async () => back.archive.get(id) === undefined);
		assert.deepEqual(one.archive.list(), []);
	});

	test("only callers with the servers' name in a certificate of these roots are answered", async (t) => {
		const replica = await startReplica(t, []);
		await upload(replica);
		const stranger = await makeLeaf(await makeRoot(), [NAME]);
		const agent = await makeLeaf(root, ["some-agent", `*.furnace.svc`]);
		const paths = ["/peer/v1/recordings", `/peer/v1/recordings/${SAMPLE_ID}`];
		for (const path of paths) {
			for (const pair of [undefined, stranger, agent]) {
				const { status, body } = await ask(replica, path, pair === undefined ? {} : { pair });
				assert.deepEqual([status, JSON.parse(body.toString()).code], [403, "forbidden"]);
			}
			assert.equal((await ask(replica, path, { pair: leaf })).status, 200);
		}
		assert.equal((await ask(replica, paths[1] ?? "", { method: "DELETE", pair: agent })).status, 403);
		assert.equal(replica.archive.list().length, 1);
	});

	test("what does not show the servers' certificate is no peer: nothing is taken from it", async (t) => {
		const impostor = await startServer(t, { tls: await makeLeaf(root, ["impostor"]) });
		const { port } = impostor.app.server.address() as AddressInfo;
		const replica = await startReplica(t, [{ host: HOST, port }]);
		await until(async () => replica.lines.some((line) => line.includes("cannot be asked")));
		assert.ok(replica.lines.some((line) => line.includes("ERR_TLS_CERT_ALTNAME_INVALID")));
	});

	test("a stored file that is damaged is not taken, and not asked for all the time", async (t) => {
		const all: PeerAddress[] = [];
		const damaged = await startReplica(t, all);
		const id = await upload(damaged);
		await writeFile(damaged.archive.profilePath(id), "damaged");
		const replica = await startReplica(t, all);
		await until(async () => replica.lines.some((line) => line.includes("was not taken")));
		await new Promise((resolve) => setTimeout(resolve, 5 * SOON_MS));
		assert.equal(replica.lines.filter((line) => line.includes("was not taken")).length, 1);
		assert.deepEqual(replica.archive.list(), []);
		assert.deepEqual(await readdir(replica.archive.temporaryDirectory), []);
	});

	test("a renewed certificate is used from the next question on", async (t) => {
		const all: PeerAddress[] = [];
		let shown: (Pair & { ca: string }) | undefined;
		const one = await startReplica(t, all);
		const two = await startReplica(t, all, { tls: () => shown });
		const id = await upload(one);
		await new Promise((resolve) => setTimeout(resolve, 3 * SOON_MS));
		assert.equal((await ask(two, "/readyz")).status, 503);
		const stranger = await makeRoot();
		shown = { ...(await makeLeaf(stranger, [NAME])), ca: stranger.cert };
		await until(async () => two.lines.some((line) => line.includes("cannot be asked")));
		shown = { ...(await makeLeaf(root, [NAME])), ca: root.cert };
		await until(async () => two.archive.get(id) !== undefined);
	});

	test("a full archive fetches the newest alone, and nothing again and again", async (t) => {
		const all: PeerAddress[] = [];
		const large = await startReplica(t, all);
		const ids = [1, 2, 3, 4].map((day) => `${day}`.repeat(26));
		for (const id of ids) await upload(large, { id, startedAt: `2026-11-0${id[0]}T00:00:00.000Z` });
		const maxBytes = Math.round(large.archive.status().bytes * (2.5 / 4));
		const small = await startReplica(t, all, { maxBytes });
		const kept = () => small.archive.list().map(({ id }) => id);
		await until(async () => kept().length === 2);
		await new Promise((resolve) => setTimeout(resolve, 5 * SOON_MS));
		assert.deepEqual(kept(), ids.slice(2).reverse());
		assert.equal(small.lines.filter((line) => line.includes("taken from a peer")).length, 2);
		assert.equal(large.archive.list().length, ids.length);
	});
});
