import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { describe, test } from "node:test";
import { makePki } from "./certificates.ts";

describe("the cluster's certificates", () => {
	test("are signed by its own authority and name what they are for", async (t) => {
		const folder = mkdtempSync(`${tmpdir()}/furnace-pki-`);
		t.after(() => rmSync(folder, { recursive: true }));
		const pki = await makePki(folder);
		const read = (path: string) => new X509Certificate(readFileSync(path));
		const [ca, server, client] = [pki.ca, pki.server.cert, pki.kubeletClient.cert].map(read);
		assert.ok(ca?.ca);
		for (const leaf of [server, client]) {
			assert.ok(leaf?.verify(ca.publicKey));
			assert.ok(leaf?.checkIssued(ca));
			assert.equal(leaf?.ca, false);
		}
		for (const name of ["kubernetes.default.svc", "localhost"]) assert.ok(server?.checkHost(name));
		for (const address of ["10.244.0.1", "10.96.0.1"]) assert.ok(server?.checkIP(address));
		assert.match(client?.subject ?? "", /O=system:masters/);
		assert.equal(statSync(pki.server.key).mode & 0o077, 0);
	});
});
