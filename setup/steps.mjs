/**
 * Set-up steps shared by `npm start` and `npm test`. Plain JavaScript without dependencies: it runs on the machine's own, older Node
 * before anything is installed. Every step is skipped when its result is there already, so both commands work twice and after a crash.
 */
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
	accessSync,
	constants,
	existsSync,
	mkdirSync,
	readdirSync,
	readFileSync,
	rmSync,
	writeFileSync,
} from "node:fs";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("..", import.meta.url));
export const node = join(root, "node_modules/.bin/node");

/** A step that could not be done, with the words for whoever waits for it, and the exit code of the command that failed. */
export class SetupError extends Error {
	constructor(message, code) {
		super(message);
		this.code = code;
	}
}

/** Runs a step with a line that says what is going on, and how long it took. */
export async function step(title, work) {
	const started = Date.now();
	const seconds = () => Math.round((Date.now() - started) / 1000);
	process.stderr.write(`  ${title} ...\n`);
	const timer = setInterval(() => process.stderr.write(`  ${title} ... ${seconds()} s\n`), 15_000);
	try {
		return await work();
	} finally {
		clearInterval(timer);
		if (seconds() > 0) process.stderr.write(`  ${title}: ${seconds()} s\n`);
	}
}

/** Installs the locked npm packages, the pinned Node among them, unless exactly these are installed. */
export async function ensurePackages() {
	const stamp = join(root, "node_modules/.furnace-installed");
	const wanted = hashOf([join(root, "package-lock.json")], `${process.platform}-${process.arch}`);
	if (readIfThere(stamp) === wanted && existsSync(node)) return;
	await step("Installing npm packages (once, about half a minute)", async () => {
		const npm = process.env.npm_execpath;
		const [command, first] = npm === undefined ? ["npm", []] : [process.execPath, [npm]];
		await run(command, [...first, "ci", "--no-audit", "--no-fund", "--loglevel=error"]);
	});
	if (!existsSync(node)) {
		throw new SetupError(
			`No Node 24 binary came with the npm packages for ${process.platform}-${process.arch}: Furnace records with Linux's perf and runs on Linux x64 and arm64.`,
		);
	}
	writeFileSync(stamp, wanted);
}

/** Builds the page unless it was built from exactly these sources. */
export async function ensurePage() {
	const stamp = join(root, "ui/dist/.furnace-built");
	const sources = ["contract", "profile", "ui"].flatMap((room) => sourcesBelow(join(root, room)));
	const wanted = hashOf([...sources, join(root, "package-lock.json")], "");
	if (readIfThere(stamp) === wanted) return;
	await step("Building the page", () =>
		run(npmScriptShell(), ["-c", packageScript("build:ui")], { env: toolEnvironment() }),
	);
	writeFileSync(stamp, wanted);
}

/**
 * Installs Debian packages for the commands that are missing.
 * @param {Record<string, string>} wanted package by command
 * @returns {Promise<string[]>} what is still missing, as the command line that would install it; empty: nothing
 */
export async function ensureCommands(wanted) {
	const missing = Object.entries(wanted).filter(([command]) => findCommand(command) === undefined);
	if (missing.length === 0) return [];
	const packages = [...new Set(missing.map(([, name]) => name))];
	const line = `apt-get install ${packages.join(" ")}`;
	if (findCommand("apt-get") === undefined || process.getuid?.() !== 0) return [`sudo ${line}`];
	await step(`Installing ${packages.join(", ")} (Debian packages)`, async () => {
		const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
		const install = [
			"-o",
			"DPkg::Lock::Timeout=120",
			"install",
			"-y",
			"-qq",
			"--no-install-recommends",
			...packages,
		];
		// Old lists may still do: whether they did is seen by the install.
		await run("apt-get", ["-o", "DPkg::Lock::Timeout=120", "update", "-qq"], { env, quiet: true }).catch(
			() => {},
		);
		await run("apt-get", install, { env, quiet: true }).catch((error) => {
			process.stderr.write(`  ${error.message}\n`);
		});
	});
	return missing.every(([command]) => findCommand(command) !== undefined) ? [] : [line];
}

/**
 * Builds a command from its crate (once a machine) and puts it on the PATH; does nothing where there is no cargo.
 * @param {string} command
 * @param {string[]} crate its name, and what else `cargo install` is to be told
 */
export async function ensureCrate(command, crate) {
	const cache = process.env.XDG_CACHE_HOME?.startsWith("/")
		? process.env.XDG_CACHE_HOME
		: join(homedir(), ".cache");
	const folder = join(cache, "furnace/crates");
	process.env.PATH = `${process.env.PATH}${delimiter}${join(folder, "bin")}`;
	if (findCommand(command) !== undefined || findCommand("cargo") === undefined) return;
	await step(`Building ${command} (once, about a minute)`, async () => {
		const args = ["install", "--quiet", "--locked", "--root", folder, "--bin", command, ...crate];
		await run("cargo", args, { quiet: true }).catch((error) => {
			process.stderr.write(`  ${error.message}\n`);
		});
	});
}

export function findCommand(command) {
	return (process.env.PATH ?? "")
		.split(delimiter)
		.map((folder) => join(folder, command))
		.find(isExecutable);
}

/** Runs a command to its end. Its output goes to stderr, or, when quiet, into the error if it fails. */
export function run(command, args, { env = process.env, quiet = false } = {}) {
	return new Promise((resolve, reject) => {
		const child = spawn(command, args, { cwd: root, env, stdio: ["ignore", "pipe", "pipe"] });
		let tail = "";
		for (const stream of [child.stdout, child.stderr]) {
			stream.on("data", (chunk) => {
				tail = (tail + chunk).slice(-4000);
				if (!quiet) process.stderr.write(chunk);
			});
		}
		child.on("error", (cause) => reject(new SetupError(`${command} cannot be started: ${cause.message}`)));
		child.on("close", (code, signal) => {
			if (code === 0) return resolve();
			const message = `${command} ${args.join(" ")} ended with ${signal ?? code}${quiet ? `\n${tail}` : ""}`;
			reject(new SetupError(message, code));
		});
	});
}

/** The environment in which the pinned tools are found first. */
export function toolEnvironment() {
	return { ...process.env, PATH: `${join(root, "node_modules/.bin")}${delimiter}${process.env.PATH}` };
}

/** Prints a set-up failure in the reader's words and ends; anything else is a fault of ours and keeps its stack. */
export function explain(error) {
	process.stderr.write(error instanceof SetupError ? `\n${error.message}\n` : `\n${error.stack}\n`);
	process.exit(1);
}

function npmScriptShell() {
	return findCommand("sh") ?? "/bin/sh";
}

function packageScript(name) {
	return JSON.parse(readFileSync(join(root, "package.json"), "utf8")).scripts[name];
}

function sourcesBelow(folder) {
	return readdirSync(folder, { withFileTypes: true, recursive: true })
		.filter((entry) => entry.isFile() && !entry.name.includes(".test."))
		.map((entry) => join(entry.parentPath ?? entry.path, entry.name))
		.filter((path) => !path.startsWith(join(root, "ui/dist")))
		.sort();
}

function hashOf(paths, salt) {
	const hash = createHash("sha256").update(salt);
	for (const path of paths) hash.update(path.slice(root.length)).update("\0").update(readFileSync(path));
	return hash.digest("hex");
}

function readIfThere(path) {
	return existsSync(path) ? readFileSync(path, "utf8") : undefined;
}

function isExecutable(path) {
	try {
		accessSync(path, constants.X_OK);
		return true;
	} catch {
		return false;
	}
}

/** Is the command there and does it answer? (Ubuntu's perf is a script that may lack its kernel's binary.) */
export function answers(command, ...args) {
	return spawnSync(command, args, { stdio: "ignore", timeout: 10_000 }).status === 0;
}

/** One set-up at a time in a checkout: a second `npm start` waits instead of installing into the same folder. */
export async function exclusively(work) {
	const lock = join(root, ".state/setup.lock");
	mkdirSync(join(root, ".state"), { recursive: true });
	while (!takeLock(lock)) await new Promise((resolve) => setTimeout(resolve, 500));
	try {
		return await work();
	} finally {
		rmSync(lock, { force: true });
	}
}

function takeLock(lock) {
	try {
		writeFileSync(lock, String(process.pid), { flag: "wx" });
		return true;
	} catch {
		const holder = Number(readIfThere(lock));
		if (!(holder > 0) || !existsSync(`/proc/${holder}`)) rmSync(lock, { force: true });
		return false;
	}
}
