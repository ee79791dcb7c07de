import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { request } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import pino from "pino";
import { causeOf } from "../contract/recording.ts";
import { sampleRecording } from "../contract/testing/sample-recording.ts";
import { createPodAgent, type PodAgent } from "./pod-agent.ts";
import { openStore } from "./recordings/store.ts";
import { makeLeaf, makeRoot, type TestCertificate } from "./testing/certificates.ts";
import { until } from "./testing/test-agent.ts";
import { startReplicas, type TestReplicas } from "./testing/test-replicas.ts";
import { generateCertificate } from "./trust/own-certificate.ts";

const SERVER = "furnace-server-replicas.furnace.svc";
const ENDED = sampleRecording({
	target: { namespace: "shop", pod: "cart" },
	cause: causeOf("stopped"),
	rawData: false,
});

describe("an agent in its pod", () => {
	let root: TestCertificate;
	let leaf: TestCertificate;
	let servers: TestReplicas;
	let workDir: string;
	let podAgent: PodAgent;
	let addresses: string[] = [];

	/** As a server with this certificate. @returns the status */
	const ask = (client: TestCertificate, path = "/targets") =>
		new Promise<number | undefined>((resolve, reject) => {
			const { port } = podAgent.listener.address() as AddressInfo;
			const options = { host: "127.0.0.1", port, path, agent: false, rejectUnauthorized: false };
			request({ ...options, ...client }, (response) =>
				response.resume().on("end", () => resolve(response.statusCode)),
			)
				.on("error", reject)
				.end();
		});

	const start = async () => {
		const started = await createPodAgent({
			config: {
				namespace: "shop",
				pod: "cart",
				podUid: "1",
				serverUrl: `https://${SERVER}:${servers.port}`,
				ca: root.cert,
				privilege: "capabilities",
				maxDurationSeconds: 60,
				host: "127.0.0.1",
				port: 0,
				tokenFile: join(workDir, "token"),
				workDir: join(workDir, "out"),
				path: process.env.PATH ?? "",
				logLevel: "silent",
				debuginfodUrls: [],
			},
			version: "1.2.3",
			generateCertificate,
			log: pino({ level: "silent" }),
			lookUp: async () => addresses,
		});
		await started.start();
		return started;
	};

	before(async () => {
		root = await makeRoot();
		leaf = await makeLeaf({ names: [SERVER], root });
		servers = await startReplicas(leaf, 3);
		workDir = await mkdtemp(join(tmpdir(), "furnace-test-pod-"));
		await writeFile(join(workDir, "token"), "first\n");
		const store = await openStore(join(workDir, "out"));
		await store.create(ENDED);
		await store.saveProfile(ENDED.id, Buffer.from("profile"));
		podAgent = await start();
	});
	after(async () => {
		await podAgent.close();
		servers.close();
		await rm(workDir, { recursive: true });
	});

	it("registers with each server that the name has, when it has it", async () => {
		const [first, second, third] = servers.replicas;
		addresses = [first.address, second.address];
		await until("both know it", () => first.registrations.length > 0 && second.registrations.length > 0);
		assert.equal(third.registrations.length, 0);
		const { protocol, serves, version, certificate } = first.registrations[0];
		assert.deepEqual([protocol, serves, version], [1, "pod", "1.2.3"]);
		assert.equal(first.registrations[0].instance, second.registrations[0].instance);
		assert.equal(certificate, second.registrations[0].certificate);
		assert.equal(await ask(leaf), 200);
	});

	it("uploads what an earlier agent left to each of them", async () => {
		const [first, second] = servers.replicas;
		await until("both have it", () => first.uploads.has(ENDED.id) && second.uploads.has(ENDED.id));
		assert.equal(first.uploads.get(ENDED.id)?.toString(), "profile");
		await until("it says so", async () => (await podAgent.agent()).recordings.get(ENDED.id).archived);
	});

	it("reads its token anew for each request", async () => {
		const [first] = servers.replicas;
		assert.equal(first.tokens[0], "Bearer first");
		await writeFile(join(workDir, "token"), "second\n");
		await until("it comes with the new one", () => first.tokens.at(-1) === "Bearer second");
	});

	it("follows servers that come and go", async () => {
		const [first, second, third] = servers.replicas;
		addresses = [second.address, third.address];
		await until("the new one knows it", () => third.registrations.length > 0);
		const heard = first.registrations.length;
		const others = [second.registrations.length, third.registrations.length];
		await until(
			"the others hear more of it",
			() => second.registrations.length > others[0] + 2 && third.registrations.length > others[1] + 2,
		);
		assert.equal(first.registrations.length, heard);
	});

	it("takes new roots from a server, in both directions, and keeps them for the next agent", async () => {
		const newer = await makeRoot("newer");
		const newLeaf = await makeLeaf({ names: [SERVER], root: newer });
		await assert.rejects(ask(newLeaf));
		const [, second, third] = servers.replicas;
		for (const replica of [second, third]) replica.answer = { heartbeatSeconds: 1, ca: newer.cert };
		await until("it trusts them", () => ask(newLeaf).catch(() => undefined));
		await assert.rejects(ask(leaf));
		second.show(newLeaf);
		const [heardBySecond, heardByThird] = [second.registrations.length, third.registrations.length];
		await until(
			"it talks to the one with a new certificate",
			() => second.registrations.length > heardBySecond,
		);
		assert.ok(third.registrations.length <= heardByThird + 1, "and no more to the one with the old one");

		await podAgent.close();
		const before = second.registrations.length;
		podAgent = await start();
		await until("the next agent talks to it", () => second.registrations.length > before);
		assert.equal(await ask(newLeaf), 200);
	});

	it("keeps to the roots it has when a server sends rubbish", async () => {
		const [, second] = servers.replicas;
		second.answer = {
			heartbeatSeconds: 1,
			ca: "-----BEGIN CERTIFICATE-----\nQUJD\n-----END CERTIFICATE-----",
		};
		const before = second.registrations.length;
		await until("it heard of them", () => second.registrations.length > before + 1);
		await assert.rejects(ask(leaf));
	});

	it("stays and says so when its work folder cannot be used, and goes on when it can", async () => {
		const [, second] = servers.replicas;
		await podAgent.close();
		await rm(join(workDir, "out"), { recursive: true });
		await writeFile(join(workDir, "out"), "in the way");
		const before = second.registrations.length;
		second.show(leaf);
		for (const replica of servers.replicas) replica.answer = { heartbeatSeconds: 1 };
		podAgent = await start();
		await until("it registers all the same", () => second.registrations.length > before);
		assert.equal(await ask(leaf), 502);
		await rm(join(workDir, "out"));
		assert.equal(await ask(leaf), 200);
	});
});
