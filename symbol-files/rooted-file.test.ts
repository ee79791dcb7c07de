import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import {
	closeSync,
	mkdirSync,
	mkdtempSync,
	readdirSync,
	readSync,
	rmSync,
	symlinkSync,
	writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, beforeEach, it } from "node:test";
import { openInRoot } from "./rooted-file.ts";

const outside = mkdtempSync(join(tmpdir(), "furnace-test-root-"));
const root = join(outside, "root");
after(() => rmSync(outside, { recursive: true }));

beforeEach(() => {
	rmSync(root, { recursive: true, force: true });
	mkdirSync(join(root, "usr/lib"), { recursive: true });
	writeFileSync(join(root, "usr/lib/libx.so"), "inside");
	writeFileSync(join(outside, "libx.so"), "outside");
	writeFileSync(join(outside, "secret"), "outside");
});

function textAt(path: string): string | undefined {
	const descriptor = openInRoot(root, path);
	if (descriptor === undefined) return undefined;
	const bytes = Buffer.alloc(64);
	const length = readSync(descriptor, bytes);
	closeSync(descriptor);
	return bytes.toString("utf8", 0, length);
}

it("opens files, and follows links that stay inside", () => {
	symlinkSync("usr/lib", join(root, "lib"));
	symlinkSync("/usr/lib/libx.so", join(root, "absolute.so"));
	symlinkSync("../lib/./libx.so", join(root, "usr/lib/relative.so"));
	for (const path of [
		"/usr/lib/libx.so",
		"/lib/libx.so",
		"/absolute.so",
		"/usr/lib/relative.so",
		"/usr/../../lib/libx.so",
	]) {
		assert.equal(textAt(path), "inside", path);
	}
});

it("lets no link lead out", () => {
	symlinkSync(join(outside, "secret"), join(root, "absolute"));
	symlinkSync("../secret", join(root, "relative"));
	symlinkSync("../../../../../../etc/passwd", join(root, "deep"));
	symlinkSync(outside, join(root, "folder"));
	for (const path of ["/absolute", "/relative", "/deep", "/folder/secret", "/../secret"]) {
		assert.equal(textAt(path), undefined, path);
	}
});

it("opens nothing but files, and does not wait", () => {
	symlinkSync("loop", join(root, "loop"));
	symlinkSync("/dev/zero", join(root, "zero"));
	execFileSync("mkfifo", [join(root, "fifo")]);
	if (process.getuid?.() === 0) execFileSync("mknod", [join(root, "device"), "c", "1", "5"]);
	for (const path of ["/loop", "/zero", "/fifo", "/device", "/usr", "/", "", "/none/x"]) {
		assert.equal(textAt(path), undefined, path);
	}
});

it("leaves no descriptor open", () => {
	symlinkSync("/usr/../usr/lib/../lib/libx.so", join(root, "winding"));
	const before = readdirSync("/proc/self/fd").length;
	for (let times = 0; times < 50; times++) {
		textAt("/winding");
		textAt("/usr/lib/none");
		textAt("/usr/lib/libx.so/below");
	}
	assert.equal(readdirSync("/proc/self/fd").length, before);
});
