import { execFile } from "node:child_process";
import { promisify } from "node:util";

/** The agent's own key and certificate, PEM: servers pin the certificate, so nobody has to sign it. */
export interface OwnCertificate {
	readonly cert: string;
	readonly key: string;
}

const DAY_MILLISECONDS = 86_400_000;
const LIFE_DAYS = 60;
/** Renewed long before it ends, so that no server ever meets one that is over. */
export const RENEWAL_MILLISECONDS = (LIFE_DAYS / 3) * DAY_MILLISECONDS;
/** Clocks of servers may be behind this one. */
const CLOCK_TOLERANCE = 3_600_000;

/** The argument with which the agent's program prints a new certificate and ends. */
export const CERTIFICATE_ARGUMENT = "--certificate";

/** @param name for people who look at it; nobody checks it */
export async function generateCertificate(name: string): Promise<OwnCertificate> {
	// of a CommonJS package that is imported late, a bundle knows the default export only
	const { generate } = (await import("selfsigned")).default;
	const now = Date.now();
	const { cert, private: key } = await generate([{ name: "commonName", value: name }], {
		keyType: "ec",
		algorithm: "sha256",
		notBeforeDate: new Date(now - CLOCK_TOLERANCE),
		notAfterDate: new Date(now + LIFE_DAYS * DAY_MILLISECONDS),
		extensions: [
			{ name: "basicConstraints", cA: false },
			{ name: "keyUsage", digitalSignature: true },
			{ name: "extKeyUsage", serverAuth: true },
		],
	});
	return { cert, key };
}

/**
 * The same in a process of its own, which is this program again: what the libraries for it take, as much memory as an
 * idle agent, is given back.
 */
export async function generateInChild(program: string, name: string): Promise<OwnCertificate> {
	const { stdout } = await promisify(execFile)(process.execPath, [program, CERTIFICATE_ARGUMENT, name], {
		timeout: 60_000,
	});
	return JSON.parse(stdout);
}
