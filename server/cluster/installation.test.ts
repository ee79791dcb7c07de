import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { INSTALLATION_KEY } from "../../contract/installation.ts";
import type { Change } from "../../kubernetes/change.ts";
import { CONFIGURATION } from "../admission/testing/facts.ts";
import { projectInstallation, readInstallation } from "./installation.ts";

const change = (object: string, type: Change<string>["type"] = "changed"): Change<string> => ({
	type,
	name: "furnace-installation",
	uid: "1",
	object,
});

function start() {
	const errors: unknown[] = [];
	const log = { info() {}, error: (fields: unknown) => void errors.push(fields) };
	return { installation: readInstallation(log), errors };
}

describe("the installation", () => {
	test("is the very same object until its text changes", () => {
		const { installation } = start();
		assert.equal(installation.current(), undefined);
		const text = JSON.stringify(CONFIGURATION);
		installation.configMapChanged(change(text, "added"));
		const first = installation.current();
		assert.deepEqual(first, CONFIGURATION);
		installation.configMapChanged(change(text));
		assert.equal(installation.current(), first);
		installation.configMapChanged(change(JSON.stringify({ ...CONFIGURATION, version: "2" })));
		assert.notEqual(installation.current(), first);
		assert.equal(installation.current()?.version, "2");
	});

	test("that cannot be read leaves the last good one, and is logged each time", () => {
		const { installation, errors } = start();
		installation.configMapChanged(change(JSON.stringify(CONFIGURATION), "added"));
		const good = installation.current();
		const { image: _image, ...withoutImage } = CONFIGURATION;
		const broken = [
			"",
			"{",
			"null",
			"[]",
			JSON.stringify(withoutImage),
			JSON.stringify({ ...CONFIGURATION, privilege: "all" }),
		];
		for (const text of broken) {
			installation.configMapChanged(change(text));
			assert.equal(installation.current(), good, text);
		}
		assert.equal(errors.length, broken.length);
		installation.configMapChanged(change(JSON.stringify(CONFIGURATION)));
		assert.equal(installation.current(), good);
	});

	test("that goes takes injection with it; one that comes back is read anew", () => {
		const { installation } = start();
		const text = JSON.stringify(CONFIGURATION);
		installation.configMapChanged(change(text, "added"));
		installation.configMapChanged(change(text, "removed"));
		assert.equal(installation.current(), undefined);
		installation.configMapChanged(change(text, "added"));
		assert.deepEqual(installation.current(), CONFIGURATION);
	});

	test("stands below its key in the ConfigMap", () => {
		const object = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "furnace-installation" } };
		assert.equal(projectInstallation({ ...object, data: { [INSTALLATION_KEY]: "{}", other: "x" } }), "{}");
		assert.equal(projectInstallation(object), "");
	});
});
