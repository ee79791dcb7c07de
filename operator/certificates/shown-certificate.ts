import { connect } from "node:tls";

const PATIENCE_MS = 2_000;

/** @returns SHA-256 fingerprint of the certificate that is shown there; undefined: nobody answers */
export function shownCertificate(host: string, port: number): Promise<string | undefined> {
	return new Promise((resolve) => {
		// what it shows is compared, not trusted: nothing is sent
		const socket = connect({ host, port, rejectUnauthorized: false, timeout: PATIENCE_MS });
		const settle = (fingerprint: string | undefined) => {
			socket.destroy();
			resolve(fingerprint);
		};
		socket.once("secureConnect", () => settle(socket.getPeerX509Certificate()?.fingerprint256));
		socket.once("timeout", () => settle(undefined));
		socket.once("error", () => settle(undefined));
	});
}
