import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, type TestContext, test } from "node:test";
import { type ContainerTool, findContainerTool } from "./container-tool.ts";
import { ensureBase, ensureImage } from "./image.ts";
import { ImageError } from "./progress.ts";

const BASE = { name: "base:1", id: "sha-base" };

/** A container tool that knows its images by name, as `id content-label`; it can build but not pull. */
function fakeTool(images: Record<string, string> = {}) {
	const builds: string[][] = [];
	const removed: string[] = [];
	const tool: ContainerTool = {
		name: "podman",
		async run(...args) {
			const name = args.at(-1) ?? "";
			if (args[0] === "pull") throw new ImageError("no route to the registry");
			if (args[0] === "build") {
				builds.push(args);
				const label = args[args.indexOf("--label") + 1]?.split("=")[1];
				images[args[args.indexOf("--tag") + 1] ?? ""] = `sha-${builds.length} ${label}`;
			}
			if (args[1] === "rm") removed.push(name);
			if (args[1] !== "inspect") return "";
			if (images[name] === undefined) throw new ImageError("no such image");
			return `${images[name]}\n`;
		},
	};
	return { tool, builds, removed };
}

function context(t: TestContext) {
	const root = mkdtempSync(join(tmpdir(), "furnace-image-"));
	t.after(() => rmSync(root, { recursive: true, force: true }));
	writeFileSync(join(root, "Dockerfile.x"), "FROM scratch");
	writeFileSync(join(root, "program"), "1");
	return { tag: "x:dev", root, dockerfile: "Dockerfile.x", content: ["program"], base: BASE };
}

describe("building an image", () => {
	test("is done once", async (t) => {
		const { tool, builds, removed } = fakeTool();
		const request = context(t);
		await ensureImage(tool, request);
		await ensureImage(tool, request);
		assert.equal(builds.length, 1);
		assert.ok(builds[0]?.includes("NODE_IMAGE=base:1"));
		assert.deepEqual(removed, []);
	});

	test("is done anew when a file, the Dockerfile, an argument or the base is another; what it replaces goes", async (t) => {
		const { tool, builds, removed } = fakeTool();
		const request = context(t);
		await ensureImage(tool, request);
		writeFileSync(join(request.root, "program"), "2");
		await ensureImage(tool, request);
		writeFileSync(join(request.root, "Dockerfile.x"), "FROM other");
		await ensureImage(tool, request);
		await ensureImage(tool, { ...request, arguments: { VERSION: "2" } });
		await ensureImage(tool, { ...request, base: { name: "base:1", id: "sha-newer" } });
		assert.equal(builds.length, 5);
		assert.deepEqual(removed, ["sha-1", "sha-2", "sha-3", "sha-4"]);
	});

	test("is done where somebody else's image has the name", async (t) => {
		const { tool, builds } = fakeTool({ "x:dev": "sha-foreign <no value>" });
		await ensureImage(tool, context(t));
		assert.equal(builds.length, 1);
	});
});

describe("the base image", () => {
	test("is not pulled where it is", async () => {
		const { tool } = fakeTool({ "base:1": "sha-base" });
		assert.deepEqual(await ensureBase(tool, "base:1"), BASE);
	});

	test("that cannot be had: the message names the way out", async () => {
		const { tool } = fakeTool();
		await assert.rejects(ensureBase(tool, "base:2"), (error: Error) => {
			assert.ok(error instanceof ImageError);
			assert.match(error.message, /base:2 .*cannot be pulled.*NODE_IMAGE.*no route to the registry/s);
			return true;
		});
	});
});

describe("what images are built with", () => {
	test("neither podman nor docker: the message says what to install", () => {
		assert.throws(() => findContainerTool({ PATH: "/nowhere" }), /apt-get install podman/);
	});

	test("a build that fails is told with the end of what was said", async (t) => {
		const folder = mkdtempSync(join(tmpdir(), "furnace-podman-"));
		t.after(() => rmSync(folder, { recursive: true, force: true }));
		const script = "#!/bin/sh\necho STEP 1\necho E: Unable to locate package >&2\nexit 100\n";
		writeFileSync(join(folder, "podman"), script, { mode: 0o755 });
		const tool = findContainerTool({ PATH: `${folder}:/usr/bin:/bin` });
		await assert.rejects(
			tool.run("build", "."),
			/podman build \. ended with 100\nSTEP 1\nE: Unable to locate/,
		);
	});
});
