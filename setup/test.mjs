/**
 * `npm test`: sets up whatever is missing, then type check, lint and all tests, each shown as it goes.
 * `npm test -- PATTERN` runs only the test files whose path holds PATTERN.
 */
import { spawn } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join, relative } from "node:path";
import {
	ensureCommands,
	ensureCrate,
	ensurePackages,
	ensurePage,
	exclusively,
	explain,
	node,
	root,
	run,
	SetupError,
	step,
	toolEnvironment,
} from "./steps.mjs";

/** What the tests drive, by command. A test skips itself, with the reason, where one cannot be had. */
const COMMANDS = {
	perf: "linux-perf",
	chromium: "chromium",
	gcc: "gcc",
	"g++": "g++",
	addr2line: "binutils",
	xz: "xz-utils",
	debuginfod: "debuginfod",
	unshare: "util-linux",
};

/** Folds what perf prints: an oracle for our own reader. Quickly built, without what it can do beyond that. */
const INFERNO = ["inferno", "--version", "0.12.8", "--debug", "--no-default-features", "--features", "cli"];

/** What runs on the whole machine (ports, namespaces, a cluster) runs one file at a time. */
const SUITES = [
	{
		title: "Unit and integration tests",
		folders: [
			"contract",
			"profile",
			"kubernetes",
			"server",
			"sidecar",
			"operator",
			"embedded",
			"ui",
			"cli",
			"setup",
			"test/bundles",
			"test/engine",
			"test/readers",
			"test/writers",
		],
		concurrency: 2,
	},
	{ title: "End to end: npm start, perf and Chromium", folders: ["test/e2e"], concurrency: 1 },
	{
		title: "A real Kubernetes",
		folders: ["test/cluster", "test/images", "test/kubernetes"],
		concurrency: 1,
		setUp: ensureCluster,
		tearDown: endCluster,
		// a file of these goes through installing, recording and removing Furnace several times
		timeoutMs: 900_000,
	},
];

const TIMEOUT_MS = 300_000;

/** Files of a suite that may fail at first. */
const MOST_REPEATED = 2;

/** What shells say of a command that Ctrl-C ended. */
const INTERRUPTED = 130;

/** What images are built on here: it needs no registry. */
const BASE_IMAGE = "localhost/node-base:1";

/** Tests that run in or look into images. */
const NEEDS_IMAGES = /^test\/(images|kubernetes)\//;

/** The cluster's own exit code for a machine it cannot run on. */
const CANNOT_RUN = 69;

const pattern = process.argv[2] ?? "";
const totals = { passed: 0, failed: 0, skipped: [], unsteady: [] };

try {
	await exclusively(async () => {
		await ensurePackages();
		await ensurePage();
		for (const line of await ensureCommands(COMMANDS)) {
			process.stderr.write(
				`\n  Not everything the tests need is here; what needs it is skipped. Run: ${line}\n\n`,
			);
		}
		if (testFilesBelow("test/engine").some((file) => file.includes(pattern))) {
			await ensureCrate("inferno-collapse-perf", INFERNO);
		}
	});
	if (pattern === "") await check();
	for (const suite of SUITES) await runSuite(suite);
	report();
} catch (error) {
	explain(error);
}

async function check() {
	for (const script of ["typecheck", "lint"]) {
		try {
			await step(`npm run ${script}`, () =>
				run("npm", ["run", "--silent", script], { env: toolEnvironment() }),
			);
			totals.passed++;
		} catch (error) {
			if (!(error instanceof SetupError)) throw error;
			process.stderr.write(`\n  ${script} failed\n`);
			totals.failed++;
		}
	}
}

async function runSuite({ title, folders, concurrency, setUp, tearDown, timeoutMs = TIMEOUT_MS }) {
	const files = folders.flatMap(testFilesBelow).filter((file) => file.includes(pattern));
	if (files.length === 0) return;
	process.stdout.write(`\n${title}\n`);
	await setUp?.(files);
	const options = { concurrency, timeoutMs };
	const first = await runTests(files, options);
	const again = filesToRepeat(first);
	const second = again.length === 0 ? undefined : await repeat(again, options);
	await tearDown?.();
	totals.skipped.push(...first.skipped);
	totals.passed += first.passed + gained(first, second, "passed");
	totals.failed += first.failed + gained(first, second, "failed");
}

/**
 * Real kernels, clusters and browsers on a machine that is busy: a file that fails once may be run once more, alone, and
 * the report says so. More than two files are no coincidence.
 */
function filesToRepeat({ files }) {
	const failed = Object.keys(files).filter((file) => files[file].failed > 0);
	return failed.length <= MOST_REPEATED ? failed : [];
}

async function repeat(files, options) {
	process.stdout.write(`\nOnce more, since it failed: ${files.map(shortName).join(", ")}\n`);
	const second = await runTests(files, { ...options, concurrency: 1 });
	for (const file of files) {
		if (second.files[file]?.failed === 0) totals.unsteady.push(shortName(file));
	}
	return second;
}

/** What a second run of some files changes in the counts of the first. */
function gained(first, second, count) {
	return Object.keys(second?.files ?? {}).reduce(
		(sum, file) => sum + second.files[file][count] - first.files[file][count],
		0,
	);
}

function shortName(file) {
	return relative(root, file);
}

/** Builds Kubernetes once; where that cannot be, the tests that need it skip themselves with the same reason. */
async function ensureCluster(files) {
	process.env.FURNACE_TEST_CLUSTER = "1";
	try {
		await step("Kubernetes from its Go modules (built once, about 7 minutes)", () => cluster("build"));
		await step("A base image for pods", () => cluster("base"));
		if (files.some((file) => NEEDS_IMAGES.test(file))) await ensureImages();
	} catch (error) {
		if (!(error instanceof SetupError)) throw error;
		if (error.code === CANNOT_RUN) return;
		process.stderr.write(`  ${error.message}\n`);
		totals.failed++;
	}
}

/** Test files leave it up, with Furnace in it, each for the next. FURNACE_TEST_KEEP_CLUSTER=1 keeps it for looking around. */
async function endCluster() {
	if (process.env.FURNACE_TEST_KEEP_CLUSTER === "1") return;
	try {
		await step("Ending Kubernetes", () => cluster("down"));
	} catch (error) {
		if (!(error instanceof SetupError)) throw error;
		if (error.code === CANNOT_RUN) return;
		process.stderr.write(`  ${error.message}\n`);
		totals.failed++;
	}
}

function cluster(command) {
	return run(node, ["test/cluster/main.ts", command], { env: toolEnvironment() });
}

/** They are loaded into the cluster by the tests that want them there. */
async function ensureImages() {
	const env = { ...toolEnvironment(), NODE_IMAGE: process.env.NODE_IMAGE ?? BASE_IMAGE };
	await step("Furnace's images (from nothing about a minute)", () =>
		run(process.execPath, ["setup/images.mjs"], { env }),
	);
	await step("The image of the test targets", () => run(node, ["test/targets/image.ts"], { env }));
}

/** @returns the counts; a runner that died without telling any must not pass for a good run */
async function runTests(files, options) {
	const tally = join(root, ".state/tally.json");
	mkdirSync(join(root, ".state"), { recursive: true });
	rmSync(tally, { force: true });
	const exitCode = await spawnRunner(files, options, tally);
	const counts = readTally(tally);
	return exitCode !== 0 && counts.failed === 0 ? { ...counts, failed: 1 } : counts;
}

function spawnRunner(files, { concurrency, timeoutMs }, tally) {
	const reporters = [
		"--test-reporter=spec",
		"--test-reporter-destination=stdout",
		"--test-reporter=./setup/tally.mjs",
		`--test-reporter-destination=${tally}`,
	];
	const args = [
		"--test",
		`--test-concurrency=${concurrency}`,
		`--test-timeout=${timeoutMs}`,
		...reporters,
		...files,
	];
	return new Promise((resolve, reject) => {
		const child = spawn(node, args, {
			cwd: root,
			env: toolEnvironment(),
			stdio: ["ignore", "inherit", "inherit"],
		});
		const interrupt = (signal) => {
			child.once("close", () => process.exit(INTERRUPTED));
			child.kill(signal);
		};
		for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, interrupt);
		child.on("error", reject);
		child.on("close", (code) => {
			for (const signal of ["SIGINT", "SIGTERM"]) process.removeListener(signal, interrupt);
			resolve(code ?? 1);
		});
	});
}

function testFilesBelow(folder) {
	return readdirSync(join(root, folder), { withFileTypes: true, recursive: true })
		.filter((entry) => entry.isFile() && entry.name.endsWith(".test.ts"))
		.map((entry) => relative(root, join(entry.parentPath ?? entry.path, entry.name)))
		.sort();
}

function readTally(path) {
	try {
		return JSON.parse(readFileSync(path, "utf8"));
	} catch {
		return { passed: 0, failed: 0, skipped: [], files: {} };
	}
}

function report() {
	for (const file of totals.unsteady)
		process.stdout.write(`failed at first, passed the second time: ${file}\n`);
	for (const reason of totals.skipped) process.stdout.write(`skipped: ${reason}\n`);
	const skipped = totals.skipped.length === 0 ? "" : `, ${totals.skipped.length} skipped`;
	process.stdout.write(`\n${totals.passed} passed, ${totals.failed} failed${skipped}\n`);
	if (totals.failed > 0 || totals.passed === 0) process.exitCode = 1;
}
