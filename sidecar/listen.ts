import { once } from "node:events";
import type { Server } from "node:https";
import { setTimeout as wait } from "node:timers/promises";
import type { Logger } from "pino";

/** Between two attempts to listen at a port that somebody else holds. */
const AGAIN_MILLISECONDS = 5000;
/** What a machine without IPv6 says about listening at `::`. */
const NO_IPV6: ReadonlySet<string> = new Set(["EAFNOSUPPORT", "EADDRNOTAVAIL"]);

/** Never rejects: tried again and again until it works or the signal aborts. */
export async function listenUntilDone(
	listener: Server,
	{ host, port }: { readonly host: string; readonly port: number },
	{ log, signal }: { readonly log: Logger; readonly signal: AbortSignal },
): Promise<void> {
	for (let at = host; !signal.aborted; ) {
		try {
			listener.listen(port, at);
			await once(listener, "listening");
			log.info({ host: at, port }, "listening");
			return;
		} catch (error) {
			if (at === "::" && NO_IPV6.has((error as NodeJS.ErrnoException).code ?? "")) {
				at = "0.0.0.0";
				continue;
			}
			log.error({ err: error }, `cannot listen at port ${port}; trying again`);
			await wait(AGAIN_MILLISECONDS, undefined, { signal }).catch(() => undefined);
		}
	}
}
