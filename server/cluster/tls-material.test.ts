import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Change } from "../../kubernetes/change.ts";
import { makeSelfSigned } from "../testing/certificates.ts";
import { projectTls, readTls, type TlsMaterial } from "./tls-material.ts";

async function make(): Promise<TlsMaterial> {
	const pair = await makeSelfSigned("furnace");
	return { ...pair, ca: pair.cert };
}

const change = (object: TlsMaterial, type: Change<TlsMaterial>["type"] = "changed"): Change<TlsMaterial> => ({
	type,
	name: "furnace-server-tls",
	uid: "1",
	object,
});

function start() {
	const errors: unknown[] = [];
	const told: TlsMaterial[] = [];
	const log = { info() {}, error: (fields: unknown) => void errors.push(fields) };
	return { tls: readTls(log, (material) => told.push(material)), errors, told };
}

describe("the servers' certificate", () => {
	test("is told of when it is new, and only then", async () => {
		const { tls, told } = start();
		const [one, two] = [await make(), await make()];
		tls.secretChanged(change(one, "added"));
		tls.secretChanged(change({ ...one }));
		tls.secretChanged(change({ ...one, ca: one.ca + two.ca }));
		tls.secretChanged(change(two));
		assert.deepEqual(told, [one, { ...one, ca: one.ca + two.ca }, two]);
		assert.equal(tls.current(), two);
	});

	test("torn, of two halves or gone: the pair that works stays", async () => {
		const { tls, told, errors } = start();
		const [one, two] = [await make(), await make()];
		tls.secretChanged(change(one, "added"));
		const broken: TlsMaterial[] = [
			{ ...two, key: one.key },
			{ ...two, cert: "" },
			{ ...two, key: "" },
			{ ...two, cert: two.cert.slice(0, 200) },
			{ ...two, cert: `${two.cert}\n-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n` },
			{ ...two, ca: "" },
			{ ...two, ca: "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----" },
		];
		for (const material of broken) tls.secretChanged(change(material));
		tls.secretChanged(change(one, "removed"));
		assert.equal(tls.current(), one);
		assert.equal(told.length, 1);
		assert.equal(errors.length, broken.length + 1);
	});

	test("is read from the Secret's keys", () => {
		const object = { apiVersion: "v1", kind: "Secret", metadata: { name: "furnace-server-tls" } };
		const base64 = (text: string) => Buffer.from(text).toString("base64");
		const data = { "tls.crt": base64("a"), "tls.key": base64("b"), "ca.crt": base64("c") };
		assert.deepEqual(projectTls({ ...object, data }), { cert: "a", key: "b", ca: "c" });
		assert.deepEqual(projectTls(object), { cert: "", key: "", ca: "" });
	});
});
