import { X509Certificate } from "node:crypto";
import { readFile, rename, writeFile } from "node:fs/promises";
import { certificateBlocks } from "../../contract/pem.ts";

/** The roots that the agent trusts now. */
export interface Roots {
	/** PEM bundle; empty: none, nobody is trusted */
	readonly bundle: string;
	/**
	 * Takes the bundle that a server sent. The same server saying the same again changes nothing: while roots rotate,
	 * a server that is behind must not undo what another has said.
	 * @throws TypeError: it is no bundle of certificates
	 */
	learn(server: string, bundle: string): Promise<void>;
}

export interface RootsOptions {
	/** PEM: what the agent was told when its pod was made */
	readonly initial: string;
	/** where newer roots are kept for the next agent of this pod: its environment stays as old as the pod */
	readonly file: string;
	readonly onChange: (bundle: string) => void;
	readonly onFailure: (message: string, error: unknown) => void;
}

/** Roots as kept by an earlier agent of this pod, else the initial ones. */
export async function openRoots({ initial, file, onChange, onFailure }: RootsOptions): Promise<Roots> {
	const heard = new Map<string, string>();
	let bundle = (await readKept(file)) ?? initial;
	return {
		get bundle() {
			return bundle;
		},
		async learn(server, newer) {
			if (heard.get(server) === newer) return;
			checkBundle(newer);
			heard.set(server, newer);
			if (newer === bundle) return;
			bundle = newer;
			onChange(bundle);
			await keep(file, bundle).catch((error) => onFailure("newer roots could not be kept", error));
		},
	};
}

/** @throws TypeError: no certificate in it, or one that cannot be read */
export function checkBundle(bundle: string): void {
	const certificates = certificateBlocks(bundle);
	if (certificates.length === 0) throw new TypeError("There is no certificate in it");
	for (const certificate of certificates) {
		try {
			new X509Certificate(certificate);
		} catch (cause) {
			throw new TypeError("A certificate in it cannot be read", { cause });
		}
	}
}

async function readKept(file: string): Promise<string | undefined> {
	try {
		const kept = await readFile(file, "utf8");
		checkBundle(kept);
		return kept;
	} catch {
		return undefined;
	}
}

async function keep(file: string, bundle: string): Promise<void> {
	await writeFile(`${file}.new`, bundle, { mode: 0o600 });
	await rename(`${file}.new`, file);
}
