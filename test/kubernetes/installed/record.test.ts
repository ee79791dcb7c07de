import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, afterEach, before, describe, type TestContext, test } from "node:test";
import type { Browser, Locator, Page } from "playwright";
import type { CallTreeDocument } from "../../../contract/call-tree.ts";
import { FORMAT_NAMES, FORMATS, type Format } from "../../../contract/formats.ts";
import { SIDECAR_CONTAINER } from "../../../contract/names.ts";
import type { Recording } from "../../../contract/recording.ts";
import { serverRoutes } from "../../../contract/server-routes.ts";
import { type Shell, whySkipped } from "../../cluster/shell.ts";
import { launchBrowser, noBrowser, openPage, tellPages, type WatchedPage } from "../../e2e/browser.ts";
import * as checks from "../../e2e/download-checks.ts";
import { eventually } from "../../e2e/furnace.ts";
import { openInstallation } from "../installation.ts";
import { makeNamespace, type TestNamespace } from "../namespaces.ts";
import { makePerson, type Person } from "../people.ts";
import { firstPod, isInjected, readPod, runningPod } from "../pods.ts";
import {
	ASKING,
	apply,
	busyContainer,
	deployment,
	idleContainer,
	job,
	PROGRAM,
	PROGRAM_FUNCTION,
	podObject,
	podSpec,
} from "../workloads.ts";
import { type Door, openDoor } from "./door.ts";
import { untilQuiet } from "./quiet.ts";

describe("label a pod, press Record", { skip: await whySkipped(), timeout: 600_000 }, () => {
	let shell: Shell;
	let namespace: TestNamespace;
	before(async () => {
		shell = await openInstallation();
		namespace = await makeNamespace(shell, "record");
		const short = { ...idleContainer, command: ["sleep", "2"] };
		await apply(
			shell,
			deployment(namespace.name, "labelled", ASKING.label, podSpec(busyContainer)),
			deployment(namespace.name, "annotated", ASKING.annotation),
			deployment(namespace.name, "neither", ASKING.not),
			job(namespace.name, "once", ASKING.label, short),
		);
	});
	after(() => namespace?.remove());

	test("pods with the label or the annotation get the sidecar, one with neither does not", async () => {
		for (const name of ["labelled", "annotated", "once"]) {
			assert.ok(isInjected(await firstPod(shell, namespace.name, `app=${name}`)), name);
		}
		assert.ok(!isInjected(await firstPod(shell, namespace.name, "app=neither")));
		for (const name of ["labelled", "annotated", "neither"]) {
			await runningPod(shell, namespace.name, `app=${name}`);
		}
	});

	test("a pod of a namespace that does not take part stays as it is", async (t) => {
		const elsewhere = await makeNamespace(shell, "record-elsewhere", {});
		t.after(() => elsewhere.remove());
		await apply(shell, podObject(elsewhere.name, "labelled", ASKING.label));
		assert.ok(!isInjected(await readPod(shell, elsewhere.name, "labelled")));
	});

	test("a Job with the sidecar completes by itself", async () => {
		const args = ["wait", "--for=condition=Complete", "job/once", "-n", namespace.name, "--timeout=90s"];
		await shell.kubectl(args);
	});

	test("the program that is recorded exists in its own container only", async () => {
		const { metadata } = await runningPod(shell, namespace.name, "app=labelled");
		const look = (container: string) =>
			shell.kubectl(["exec", metadata.name, "-n", namespace.name, "-c", container, "--", "ls", PROGRAM]);
		assert.match(await look("app"), /busy/);
		await assert.rejects(look(SIDECAR_CONTAINER), /No such file/);
	});

	describe("in Chromium, through a forwarded port", { skip: noBrowser }, () => {
		let door: Door;
		let person: Person;
		let browser: Browser;
		let opened: WatchedPage;
		let recording: Recording | undefined;
		const folder = mkdtempSync(join(tmpdir(), "furnace-cluster-downloads-"));
		before(async () => {
			door = await openDoor(shell);
			person = await makePerson(shell, namespace.name, "recorder", "edit");
			browser = await launchBrowser();
			await untilQuiet(shell);
			opened = await openPage(browser, door.origin, { ignoreHTTPSErrors: true });
		});
		after(async () => {
			await browser?.close();
			await door?.close();
			rmSync(folder, { recursive: true });
		});
		afterEach((t) => tellPages(t as TestContext));

		test("the function's name appears before Stop, with over half of the samples", async () => {
			const { page } = opened;
			const pod = await readyPod();
			await logIn(page, person.token);
			await page.getByRole("radio", { name: pod }).check();
			await page.getByRole("button", { name: "Record", exact: true }).click();

			await functionRow(page, PROGRAM_FUNCTION).waitFor();
			await page.getByRole("button", { name: "Stop", exact: true }).click();
			await page.getByRole("button", { name: "Download", exact: true }).waitFor();

			recording = await archived(page);
			const tree = await door.as(person.token).open(serverRoutes.getProfile, {
				params: { id: recording.id },
				query: { format: "json" },
			});
			const { own, all } = samplesOf((await tree.json()) as CallTreeDocument, PROGRAM_FUNCTION);
			assert.equal(all, recording.samples);
			assert.ok(own > all / 2, `${own} of ${all} samples`);
			assert.deepEqual(complaints(), []);
		});

		for (const format of FORMAT_NAMES) {
			test(`its download as ${format} shows the same samples`, async () => {
				assert.ok(recording, "there is none without the test before");
				const path = await save(opened.page, format);
				await check(format, path);
				assert.deepEqual(complaints(), []);
			});
		}

		/** That nobody is signed in yet is answered 401, which Chromium itself reports. */
		function complaints(): string[] {
			return opened.complaints.filter((text) => !text.includes("401"));
		}

		async function readyPod(): Promise<string> {
			const { metadata } = await runningPod(shell, namespace.name, "app=labelled");
			await eventually("its agent is ready", async () => {
				const params = { namespace: namespace.name };
				const { items } = await door.as(person.token).call(serverRoutes.listPods, { params });
				return items.some(({ name, agent }) => name === metadata.name && agent.state === "ready");
			});
			return metadata.name;
		}

		async function archived(page: Page): Promise<Recording> {
			const id = /\/(?:live\/[^/]+\/[^/]+|recordings)\/([0-9a-z]+)/.exec(page.url())?.[1];
			assert.ok(id, page.url());
			return eventually("the recording in the archive", () =>
				door.as(person.token).call(serverRoutes.getRecording, { params: { id } }),
			);
		}

		async function save(page: Page, format: Format): Promise<string> {
			await page.getByRole("button", { name: "Download", exact: true }).click();
			const saving = page.waitForEvent("download");
			await page.getByRole("menuitem").filter({ hasText: FORMATS[format].label }).click();
			const path = join(folder, `profile.${FORMATS[format].extension}`);
			await (await saving).saveAs(path);
			return path;
		}

		async function check(format: Format, path: string): Promise<void> {
			const expected = { samples: recording?.samples ?? 0, functionName: PROGRAM_FUNCTION };
			const by: Record<Format, () => void | Promise<void>> = {
				html: () => checks.checkHtml(path, expected, browser),
				svg: () => checks.checkSvg(path, expected, browser),
				folded: () => checks.checkFolded(path, expected),
				pprof: () => checks.checkPprof(path, expected),
				speedscope: () => checks.checkSpeedscope(path, expected),
				gecko: () => checks.checkGecko(path, expected),
				cpuprofile: () => checks.checkCpuProfile(path, expected),
				json: () => checks.checkJson(path, expected),
				txt: () => checks.checkTxt(path, expected),
				"perf.data": () => checks.checkPerfData(path, expected),
			};
			await by[format]();
		}
	});
});

async function logIn(page: Page, token: string): Promise<void> {
	await page.getByLabel("Bearer token").fill(token);
	await page.getByRole("button", { name: "Sign in", exact: true }).click();
}

function functionRow(page: Page, name: string): Locator {
	return page.getByRole("row").filter({ hasText: name }).first();
}

/** Samples that end in a function of that name, and all samples. */
function samplesOf({ frames, nodes }: CallTreeDocument, name: string): { own: number; all: number } {
	let own = 0;
	let all = 0;
	nodes.self.forEach((self, node) => {
		all += self;
		if (frames.name[nodes.frame[node] as number] === name) own += self;
	});
	return { own, all };
}
