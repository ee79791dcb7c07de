import { constants, type X509Certificate } from "node:crypto";
import type { Server, ServerOptions } from "node:https";
import { isIP } from "node:net";
import type { TLSSocket } from "node:tls";
import type { OwnCertificate } from "./own-certificate.ts";

/** How the agent's listener proves itself, and whom it takes for a server. */
export interface ListenerTrust {
	readonly own: OwnCertificate;
	/** PEM bundle; never empty: Node would then trust the whole world's roots */
	readonly roots: string;
}

/** Whoever reaches the pod may open connections; the servers need a few at a time. */
export const MOST_CONNECTIONS = 256;
const HANDSHAKE_MILLISECONDS = 10_000;

/** TLS options of a listener that speaks only to clients with a certificate from the roots. */
export function tlsOptions({ own, roots }: ListenerTrust): ServerOptions {
	if (roots.trim() === "") throw new TypeError("A listener needs roots to know its callers by");
	return {
		cert: own.cert,
		key: own.key,
		ca: roots,
		requestCert: true,
		rejectUnauthorized: true,
		minVersion: "TLSv1.3",
		handshakeTimeout: HANDSHAKE_MILLISECONDS,
		// A resumed session would skip the check of its certificate against roots that may be newer.
		secureOptions: constants.SSL_OP_NO_TICKET,
	};
}

/**
 * Closes connections of clients that are not the server: whoever else has a certificate from our roots.
 * @param serverHost the name, or address, that the client's certificate must hold among its alternative names
 */
export function admitOnlyServer(listener: Server, serverHost: string): void {
	listener.maxConnections = MOST_CONNECTIONS;
	// before the HTTP server's own handler, so that not even what arrived with the handshake is read
	listener.prependListener("secureConnection", (socket: TLSSocket) => {
		const certificate = socket.authorized ? socket.getPeerX509Certificate() : undefined;
		if (certificate === undefined || !isFor(certificate, serverHost)) socket.destroy();
	});
}

/** From now on, for new connections; idle ones are closed. */
export function replaceTrust(listener: Server, trust: ListenerTrust): void {
	listener.setSecureContext(tlsOptions(trust));
	listener.closeIdleConnections();
}

function isFor(certificate: X509Certificate, host: string): boolean {
	if (isIP(host) !== 0) return certificate.checkIP(host) !== undefined;
	return certificate.checkHost(host, { subject: "never", wildcards: false }) !== undefined;
}
