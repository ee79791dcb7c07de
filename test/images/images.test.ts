import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { existsSync, lstatSync, readdirSync, readlinkSync, statSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { promisify } from "node:util";
import { FURNACE_IMAGES, type FurnaceImage } from "../../setup/images/programs.ts";

const run = promisify(execFile);
const podman = async (...args: string[]) => (await run("podman", args)).stdout.trim();

interface ImageConfig {
	User: string;
	Cmd: string[] | null;
	Entrypoint?: string[] | null;
	Env: string[];
	Labels: Record<string, string>;
}

async function whySkipped(): Promise<string | false> {
	if (process.getuid?.() !== 0) return "images are looked into as root";
	for (const { tag } of FURNACE_IMAGES) {
		const isThere = await podman("image", "inspect", tag).then(
			() => true,
			() => false,
		);
		if (!isThere) return `podman has no ${tag}: run npm run images`;
	}
	return false;
}

describe("the images", { skip: await whySkipped() }, () => {
	const folders = new Map<FurnaceImage["name"], string>();
	const configs = new Map<FurnaceImage["name"], ImageConfig>();
	const folder = (name: FurnaceImage["name"]) => folders.get(name) ?? assert.fail(name);
	const config = (name: FurnaceImage["name"]) => configs.get(name) ?? assert.fail(name);
	before(async () => {
		for (const { name, tag } of FURNACE_IMAGES) {
			folders.set(name, await podman("image", "mount", tag));
			configs.set(name, JSON.parse(await podman("image", "inspect", "--format", "{{json .Config}}", tag)));
		}
	});
	after(async () => {
		for (const { tag } of FURNACE_IMAGES) await podman("image", "unmount", tag);
	});

	/** As a container would, but for its namespaces: these need more than every machine grants. */
	function inside(name: FurnaceImage["name"], user: number, ...command: string[]) {
		return run("/usr/sbin/chroot", [`--userspec=${user}:${user}`, folder(name), ...command], {
			env: { PATH: "/usr/local/bin:/usr/bin:/bin" },
		});
	}

	test("the server's: an ordinary user without a shell, and how to start it", () => {
		const { User, Cmd, Entrypoint, Env } = config("server");
		assert.equal(User, "65532:65532");
		assert.deepEqual(Entrypoint ?? [], []);
		assert.deepEqual(Cmd, ["node", "/app/server.mjs"]);
		assert.ok(Env.includes("NODE_ENV=production"));
	});

	test("the server's programs run as that user, who can change nothing of them", async () => {
		for (const [program, lack] of Object.entries({
			server: /FURNACE_NAMESPACE/,
			operator: /KUBECONFIG|FURNACE_/,
		})) {
			const failed = await inside("server", 65532, "node", `/app/${program}.mjs`).then(
				() => "",
				({ stderr }) => String(stderr),
			);
			assert.match(failed, lack);
		}
		for (const entry of ["", ...readdirSync(join(folder("server"), "app"))]) {
			const { uid, mode } = statSync(join(folder("server"), "app", entry));
			assert.equal(uid, 0, entry);
			assert.equal(mode & 0o022, 0, `${entry} may be changed by others`);
		}
		const archive = statSync(join(folder("server"), "archive"));
		assert.deepEqual([archive.uid, archive.mode & 0o777], [65532, 0o750]);
	});

	test("the server's has the page", () => {
		assert.ok(existsSync(join(folder("server"), "app/web/index.html")));
		assert.ok(existsSync(join(folder("server"), "app/web/viewer.js")));
	});

	test("the sidecar's: tools that run, and where they look for the node's kernel files", async () => {
		assert.match((await inside("sidecar", 0, "perf", "--version")).stdout, /^perf version \d/);
		assert.match((await inside("sidecar", 0, "podman", "--version")).stdout, /^podman version \d/);
		assert.equal(readlinkSync(join(folder("sidecar"), "lib/modules")), "/host/usr/lib/modules");
		assert.equal(readlinkSync(join(folder("sidecar"), "usr/src")), "/host/usr/src");
		assert.ok(lstatSync(join(folder("sidecar"), "etc/containers/containers.conf")).isFile());
		assert.ok(readdirSync(join(folder("sidecar"), "etc/ssl/certs")).length > 10);
	});

	test("the sidecar's starts the agent, as root whatever the base says", () => {
		const { User, Entrypoint } = config("sidecar");
		assert.equal(User, "0:0");
		assert.deepEqual(Entrypoint, ["node", "/app/agent.mjs"]);
	});

	test("both: bundles instead of packages, no lists of apt's, Furnace's own labels", () => {
		for (const { name } of FURNACE_IMAGES) {
			assert.ok(existsSync(join(folder(name), "app/THIRD-PARTY.txt")), name);
			assert.ok(!existsSync(join(folder(name), "app/node_modules")), name);
			assert.deepEqual(
				readdirSync(join(folder(name), "app")).filter((entry) => /\.ts$|\.test\./.test(entry)),
				[],
			);
			assert.equal(config(name).Labels["org.opencontainers.image.title"], `furnace-${name}`);
			assert.match(config(name).Labels["org.opencontainers.image.version"] ?? "", /^\d+\.\d+\.\d+/);
		}
		const lists = join(folder("sidecar"), "var/lib/apt/lists");
		assert.deepEqual(existsSync(lists) ? readdirSync(lists) : [], []);
	});
});
